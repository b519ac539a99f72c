package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FingerprintSetTest {

  @Test
  void containsTwoMillionPathsAndNoOthers() {
    int paths = 2_000_000;
    FingerprintSet set = new FingerprintSet();
    for (int i = 0; i < paths; i++) {
      set.add("renders/2026/%d/frame.png".replace("%d", Integer.toString(i)));
    }
    set.seal();

    assertThat(set.size()).isEqualTo(paths);
    for (int i = 0; i < paths; i++) {
      if (!set.contains("renders/2026/%d/frame.png".replace("%d", Integer.toString(i)))) {
        throw new AssertionError("lost " + i);
      }
      if (set.contains("renders/2026/%d/frame.jpg".replace("%d", Integer.toString(i)))) {
        throw new AssertionError("made up " + i);
      }
    }
  }

  @Test
  void takesLittleMemory() {
    long before = usedBytes();
    FingerprintSet set = new FingerprintSet();
    SplittableRandom random = new SplittableRandom(1);
    int entries = 2_000_000;
    for (int i = 0; i < entries; i++) {
      set.add(random.nextLong());
    }
    long growing = usedBytes() - before;
    set.seal();
    long sealed = usedBytes() - before;

    assertThat(growing).isLessThan(14L * entries);
    assertThat(sealed).isLessThan(10L * entries);
    assertThat(set.size()).isEqualTo(entries);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void countsDuplicatesOnce() {
    FingerprintSet set = new FingerprintSet();
    for (int i = 0; i < 300; i++) {
      set.add("a" + i % 100);
    }
    set.seal();

    assertThat(set.size()).isEqualTo(100);
  }

  @Test
  void ignoresLeadingAndRepeatedSlashes() {
    FingerprintSet set = new FingerprintSet();
    set.add("/a//b/c");
    set.seal();

    assertThat(set.contains("a/b/c")).isTrue();
    assertThat(set.contains("//a/b///c")).isTrue();
    assertThat(set.contains("ab/c")).isFalse();
    assertThat(set.contains("a/b/c/")).isFalse();
  }

  @Test
  void tellsPathsOfAllLengthsApart() {
    FingerprintSet set = new FingerprintSet();
    StringBuilder path = new StringBuilder();
    for (int length = 0; length < 200; length++) {
      set.add(path.toString());
      set.add(path + "\0");
      path.append('a');
    }
    set.seal();

    assertThat(set.size()).isEqualTo(400);
  }

  @Test
  void everyBitOfTheFingerprintIsUsed() {
    int paths = 20_000;
    int[] ones = new int[Long.SIZE];
    for (int i = 0; i < paths; i++) {
      long fingerprint = FingerprintSet.fingerprint("f" + i);
      for (int bit = 0; bit < Long.SIZE; bit++) {
        ones[bit] += (int) ((fingerprint >>> bit) & 1);
      }
    }

    for (int count : ones) {
      assertThat(count).isCloseTo(paths / 2, within(paths / 25));
    }
  }

  @Test
  void isFilledFirstAndAskedThen() {
    FingerprintSet set = new FingerprintSet();
    assertThatThrownBy(() -> set.contains("a")).isInstanceOf(IllegalStateException.class);
    set.seal();
    assertThat(set.contains("a")).isFalse();
    assertThatThrownBy(() -> set.add("a")).isInstanceOf(IllegalStateException.class);
  }
}

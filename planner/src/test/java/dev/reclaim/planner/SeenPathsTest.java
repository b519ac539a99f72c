package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeenPathsTest {
  private final SeenPaths seen = new SeenPaths();

  @Test
  void tellsEveryPathOnceHoweverMany() {
    for (int i = 0; i < 120_000; i++) {
      assertThat(seen.add("clips/" + i)).isTrue();
    }
    assertThat(seen.add("clips/0")).isFalse();
    assertThat(seen.add("clips/60000")).isFalse();
    assertThat(seen.add("clips/119999")).isFalse();
    assertThat(seen.add("clips/120000")).isTrue();
  }

  @Test
  void takesPathsApartThatDifferInSlashesOnly() {
    assertThat(seen.add("a/b")).isTrue();
    assertThat(seen.add("a//b")).isTrue();
    assertThat(seen.add("/a/b")).isTrue();
    assertThat(seen.add("a/b")).isFalse();
  }
}

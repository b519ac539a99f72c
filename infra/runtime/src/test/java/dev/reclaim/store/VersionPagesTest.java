package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.store.VersionPages.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionPagesTest {
  /**
   * Entries as {@code key@id=seconds}: from new to old; a bang for current, an asterisk for a
   * marker.
   */
  private static List<String> since(int pageMax, String... lines) {
    List<String> seen = new ArrayList<>();
    VersionPages pages =
        new VersionPages(
            found ->
                seen.add(
                    found.id().id()
                        + found.since().map(time -> "=" + time.getEpochSecond()).orElse("")));
    for (int from = 0; from < lines.length; from += pageMax) {
      List<Entry> page =
          List.of(lines).subList(from, Math.min(lines.length, from + pageMax)).stream()
              .map(VersionPagesTest::entry)
              .toList();
      pages.add(
          page.stream().filter(entry -> !entry.marker()).toList(),
          page.stream().filter(Entry::marker).toList(),
          "");
    }
    pages.end();
    return seen.stream().sorted().toList();
  }

  private static Entry entry(String line) {
    String[] parts = line.replaceAll("[*!]", "").split("[@=]", -1);
    return new Entry(
        parts[0],
        parts[1],
        line.contains("!"),
        line.contains("*"),
        1,
        Instant.ofEpochSecond(Long.parseLong(parts[2])));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void aVersionIsOldSinceWhatReplacedItWasWritten(int pageMax) {
    assertThat(
            since(
                pageMax,
                "a@a3!=30",
                "a@a2=20",
                "a@a1=10",
                "b@b2*!=25",
                "b@b1=15",
                "c@c3!=90",
                "c@c2*=50",
                "c@c1=40"))
        .containsExactly("a1=20", "a2=30", "a3", "b1=25", "b2", "c1=50", "c2=90", "c3");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 100})
  void onlyADeleteMarkerAloneIsOldByItself(int pageMax) {
    assertThat(since(pageMax, "a@a1*!=10", "b@b2*!=20", "b@b1*=10", "c@c2*!=20", "c@c1=10"))
        .containsExactly("a1=10", "b1=20", "b2", "c1=20", "c2");
  }

  @Test
  void atTheSameTimeTheLaterReplacementCounts() {
    assertThat(since(9, "a@a3!=99", "a@a2*=10", "a@a1=10")).containsExactly("a1=99", "a2=99", "a3");
    assertThat(since(9, "a@a2*!=10", "a@a1=10")).containsExactly("a1=10", "a2");
  }

  @Test
  void whatSeemsReplacedByOlderThingsIsAsYoungAsItself() {
    assertThat(since(9, "a@upload!=5", "a@a1=10")).containsExactly("a1=10", "upload");
  }

  @Test
  void whatNothingNewerIsKnownOfIsInUse() {
    assertThat(since(9, "a@a1=10")).containsExactly("a1");
  }

  @Test
  void isNotBelievedOutOfOrder() {
    assertThatThrownBy(() -> since(9, "b@b1!=1", "a@a1!=1"))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> since(1, "b@b1!=1", "a@a1!=1"))
        .isInstanceOf(StoreUnavailableException.class);
  }

  /**
   * Whatever the pages, no version is called older than it is, and none of the current ones old.
   */
  @Test
  void neverMakesAnythingOlderThanItIs() {
    for (long seed = 1; seed <= 300; seed++) {
      Random random = new Random(seed);
      List<String> lines = new ArrayList<>();
      TreeMap<String, Long> replaced = new TreeMap<>();
      for (String key : List.of("a", "b", "c")) {
        long newer = -1;
        int entries = 1 + random.nextInt(6);
        long time = 100;
        for (int i = 0; i < entries; i++) {
          String id = key + i;
          lines.add(
              "%s@%s%s%s=%d"
                  .formatted(key, id, random.nextBoolean() ? "*" : "", i == 0 ? "!" : "", time));
          replaced.put(id, newer);
          newer = time;
          time -= random.nextInt(3);
        }
      }
      for (String seen : since(1 + random.nextInt(4), lines.toArray(String[]::new))) {
        String[] parts = seen.split("=", -1);
        long truth = replaced.getOrDefault(parts[0], Long.MAX_VALUE);
        if (parts.length > 1 && truth >= 0) {
          assertThat(Long.parseLong(parts[1]))
              .as("seed %d %s of %s", seed, seen, lines)
              .isGreaterThanOrEqualTo(truth);
        } else if (parts.length > 1) {
          assertThat(lines.stream().filter(it -> it.startsWith(parts[0].substring(0, 1) + "@")))
              .as("seed %d: only a marker alone is old while it is current", seed)
              .hasSize(1)
              .allMatch(it -> it.contains("*"));
        }
      }
    }
  }
}

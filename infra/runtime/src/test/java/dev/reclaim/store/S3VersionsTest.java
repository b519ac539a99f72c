package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.testing.VersionedS3;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3VersionsTest {
  private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

  private VersionedS3 server;
  private ObjectStore store;
  private Leftovers versions;

  @BeforeEach
  void start() {
    server = new VersionedS3();
    store = ObjectStores.open("versioned", VersionedStoreTest.settings(server, null));
    versions = store.leftovers(LeftoverKind.OLD_VERSIONS).orElseThrow();
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private static Instant daysAgo(int days) {
    return NOW.minus(Duration.ofDays(days));
  }

  private List<Leftover> old(String prefix, int days) {
    List<Leftover> found = new ArrayList<>();
    versions.list(prefix, daysAgo(days), found::add);
    return found;
  }

  private static List<String> names(List<Leftover> found) {
    return found.stream().map(it -> it.id().path() + "@" + it.id().id()).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1_000})
  void findsExactlyWhatWasReplacedLongAgo(int page) {
    server.pages(page);
    String kept = server.put("kept", 3, daysAgo(100));
    String a1 = server.put("a b+c%2F/ü😀", 10, daysAgo(90));
    String a2 = server.put("a b+c%2F/ü😀", 20, daysAgo(40));
    String a3 = server.put("a b+c%2F/ü😀", 40, daysAgo(20));
    String b1 = server.put("b", 80, daysAgo(90));
    String bMarker = server.delete("b", daysAgo(35));
    String c1 = server.put("c", 160, daysAgo(90));
    String cMarker = server.delete("c", daysAgo(50));
    server.put("c", 320, daysAgo(45));
    String d1 = server.put("d", 640, daysAgo(90));
    String dMarker = server.delete("d", daysAgo(50));
    server.deleteVersion("d", d1);
    server.put("e", 1, daysAgo(60));
    server.delete("e", daysAgo(10));
    server.put(".reclaim/own", 5, daysAgo(90));
    server.put(".reclaim/own", 5, daysAgo(80));
    assertThat(kept + a2 + a3 + bMarker).isNotEmpty();

    assertThat(names(old("", 30)))
        .containsExactlyInAnyOrder(
            "a b+c%2F/ü😀@" + a1, "b@" + b1, "c@" + c1, "c@" + cMarker, "d@" + dMarker);
    assertThat(names(old("c", 30))).containsExactlyInAnyOrder("c@" + c1, "c@" + cMarker);
    assertThat(old("", 30).stream().mapToLong(Leftover::size).sum()).isEqualTo(10 + 80 + 160);
  }

  @Test
  void looksAtEachAsItIsNow() {
    server.pages(2);
    String a1 = server.put("a", 10, daysAgo(90));
    String a2 = server.put("a", 20, daysAgo(40));
    server.put("a/below", 1, daysAgo(90));
    server.put("ab", 1, daysAgo(90));
    LeftoverId old = new LeftoverId("a", a1);
    LeftoverId current = new LeftoverId("a", a2);

    Map<LeftoverId, Leftover> seen =
        versions.look(
            List.of(old, current, new LeftoverId("a", "none"), new LeftoverId("none", a1)));

    assertThat(seen).containsOnlyKeys(old, current);
    assertThat(Objects.requireNonNull(seen.get(old)).since()).contains(daysAgo(40));
    assertThat(Objects.requireNonNull(seen.get(current)).since()).isEmpty();
  }

  @Test
  void deletesExactlyTheVersionsAskedForAndSaysWhichAreHeld() {
    String a1 = server.put("a", 10, daysAgo(90));
    String a2 = server.put("a", 20, daysAgo(80));
    String a3 = server.put("a", 40, daysAgo(70));
    server.hold(a2);

    Map<LeftoverId, Deletion> ends =
        versions.delete(
            List.copyOf(
                versions.look(List.of(new LeftoverId("a", a1), new LeftoverId("a", a2))).values()));

    assertThat(ends)
        .isEqualTo(
            Map.of(
                new LeftoverId("a", a1),
                Deletion.DELETED,
                new LeftoverId("a", a2),
                Deletion.retained("a legal hold of the store keeps it")));
    assertThat(server.versions()).containsExactly("a@" + a2, "a@" + a3);
  }

  @Test
  void doesNotCallALostAnswerAnEnd() {
    String a1 = server.put("a", 10, daysAgo(90));
    server.put("a", 20, daysAgo(80));
    List<Leftover> seen = List.copyOf(versions.look(List.of(new LeftoverId("a", a1))).values());
    server.losesAnswers(true);

    assertThatThrownBy(() -> versions.delete(seen)).isInstanceOf(StoreUnavailableException.class);
    assertThat(server.changes()).isEqualTo(1);
    assertThat(versions.look(List.of(new LeftoverId("a", a1)))).isEmpty();
  }

  /**
   * Whatever the history of a bucket: what files() shows is there, and nothing old is left over.
   */
  @Test
  void aSweepLeavesTheCurrentOfEveryHistory() {
    for (long seed = 1; seed <= 15; seed++) {
      Random random = new Random(seed);
      for (int day = 100; day > 0; day--) {
        String key = seed + "/" + random.nextInt(8);
        if (random.nextInt(3) == 0) {
          server.delete(key, daysAgo(day));
        } else {
          server.put(key, 1 + random.nextInt(9), daysAgo(day));
        }
      }
    }
    server.pages(7);
    Set<String> files = new TreeSet<>(server.files());
    long before = server.bytes();
    List<Leftover> old = old("", 30);

    for (int from = 0; from < old.size(); from += 100) {
      versions.delete(old.subList(from, Math.min(old.size(), from + 100)));
    }

    assertThat(server.files()).isEqualTo(files);
    assertThat(before - server.bytes()).isEqualTo(old.stream().mapToLong(Leftover::size).sum());
    assertThat(old.size()).isGreaterThan(300);
    assertThat(names(old("", 30)))
        .as("markers are left alone by the versions that went")
        .allMatch(name -> server.versions().contains(name + "*"));
  }
}

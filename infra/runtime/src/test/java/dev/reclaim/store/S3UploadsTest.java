package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.reclaim.testing.VersionedS3;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3UploadsTest {
  private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

  private VersionedS3 server;
  private ObjectStore store;
  private Leftovers uploads;

  @BeforeEach
  void start() {
    server = new VersionedS3();
    store = ObjectStores.open("versioned", VersionedStoreTest.settings(server, null));
    uploads = store.leftovers(LeftoverKind.UNFINISHED_UPLOADS).orElseThrow();
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private static Instant daysAgo(int days) {
    return NOW.minus(Duration.ofDays(days));
  }

  private List<Leftover> old() {
    List<Leftover> found = new ArrayList<>();
    uploads.list("", daysAgo(7), found::add);
    return found;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 1_000})
  void findsExactlyThoseWhoseLastPartIsOldWithTheBytesOfAllParts(int page) {
    server.pages(page);
    String abandoned = server.begin("a b/ü", daysAgo(30));
    for (int part = 1; part <= 5; part++) {
      server.part("a b/ü", abandoned, part, part * 1_000L, daysAgo(29));
    }
    String empty = server.begin("a b/ü", daysAgo(20));
    String running = server.begin("slow", daysAgo(30));
    server.part("slow", running, 1, 500, daysAgo(29));
    server.part("slow", running, 2, 500, daysAgo(1));
    server.begin("young", daysAgo(2));
    server.begin(".reclaim/copy", daysAgo(30));

    assertThat(old())
        .extracting(it -> it.id().id(), Leftover::size, it -> it.since().orElseThrow())
        .containsExactlyInAnyOrder(
            tuple(abandoned, 15_000L, daysAgo(29)), tuple(empty, 0L, daysAgo(20)));
  }

  @Test
  void abortsExactlyThoseAskedFor() {
    String one = server.begin("a", daysAgo(30));
    server.part("a", one, 1, 700, daysAgo(30));
    String other = server.begin("a", daysAgo(30));
    server.part("a", other, 1, 70, daysAgo(30));
    Leftover gone =
        Objects.requireNonNull(
            uploads.look(List.of(new LeftoverId("a", one))).get(new LeftoverId("a", one)));

    assertThat(uploads.delete(List.of(gone))).isEqualTo(Map.of(gone.id(), Deletion.DELETED));
    assertThat(uploads.delete(List.of(gone))).isEqualTo(Map.of(gone.id(), Deletion.MISSING));
    assertThat(server.uploads()).containsExactly(other);
    assertThat(server.bytes()).isEqualTo(70);
    assertThat(uploads.look(List.of(gone.id(), new LeftoverId("a", other))))
        .containsOnlyKeys(new LeftoverId("a", other));
  }

  @Test
  void doesNotCallALostAnswerAnEnd() {
    String one = server.begin("a", daysAgo(30));
    List<Leftover> seen = List.copyOf(uploads.look(List.of(new LeftoverId("a", one))).values());
    server.losesAnswers(true);

    assertThatThrownBy(() -> uploads.delete(seen)).isInstanceOf(StoreUnavailableException.class);
    assertThat(server.changes()).isEqualTo(1);
  }

  @Test
  void tellsAnUploadThatWasCompletedFromOneThatItAborted() {
    String one = server.begin("a", daysAgo(30));
    List<Leftover> seen = List.copyOf(uploads.look(List.of(new LeftoverId("a", one))).values());
    server.beforeNextChange(() -> server.complete("a", one, 9, NOW));

    assertThat(uploads.delete(seen).values()).containsExactly(Deletion.MISSING);
    assertThat(server.files()).containsExactly("a");
  }
}

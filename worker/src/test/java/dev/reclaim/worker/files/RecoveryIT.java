package dev.reclaim.worker.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.references.ReferenceCheck;
import dev.reclaim.references.SamePaths;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.Outcomes;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that took intents and never came back, or came back too late. */
@RequiresServers
class RecoveryIT {
  private static final String OPEN =
      "SELECT count(*) FROM reclaim.store_intent WHERE state = 'intent'";

  private static final Recovery.Patience AT_ONCE =
      new Recovery.Patience(Duration.ZERO, Duration.ZERO);

  private final TestSystem system;
  private final Databases databases;
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init")
  RecoveryIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    system.execute(
        "CREATE SCHEMA shop; CREATE TABLE shop.item (id int PRIMARY KEY, at timestamptz, url text)");
    databases = system.open();
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void accountsOnceForWhatWentUnderAnIntentAndGivesTheRestBack() throws Exception {
    // Given an attempt whose answer was lost, and a file that has come since
    plant("a.png", 10);
    plant("b.png", 30);
    ReceivedClaim claim = orphans("a.png", "b.png");
    lose(claim, true);
    plant("b.png", 30);

    // When
    assertThat(recover(Recovery.Patience.USUAL)).isZero();
    assertThat(system.number(OPEN)).isEqualTo(2);
    assertThat(recover(AT_ONCE)).isEqualTo(2);
    assertThat(recover(AT_ONCE)).isZero();

    // Then
    assertThat(system.number(OPEN)).isZero();
    assertThat(
            system.texts(
                """
                SELECT files || ' ' || bytes || ' ' || (outcome -> 'counts' ->> 'deletedInferred') || ' ' || policy || ' ' || run
                  FROM reclaim.ledger WHERE emitted_at IS NULL
                """))
        .containsExactly("1 10 1 orphans orphans/run");

    // And when the event comes back after all, nothing counts twice
    CleanupOutcome late = carryOut(claim);
    assertThat(Outcomes.counts(late)).isEqualTo(Map.of("deleted", 1L, "missing", 1L));
    assertThat(system.number("SELECT sum(files) FROM reclaim.ledger")).isEqualTo(2);
    assertThat(system.number("SELECT sum(bytes) FROM reclaim.ledger")).isEqualTo(40);
  }

  @Test
  void accountsWithTheLabelsOfTheRowsAndHasTheRunWaitNoLonger() throws Exception {
    // Given a follow-up of a run that waits for it
    plant("a.png", 10);
    system.execute(
        """
        INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until)
        VALUES ('items/run', 'items', now(), 'draining', 'c', 'o', now())
        """);
    EventIdentity parent = orphans("x").identity();
    OrphanedFiles files =
        new OrphanedFiles(
            "items",
            "items/run",
            "media",
            parent,
            List.of(new ClaimedFile("a.png", null, null, null, Map.of("kind", "png"))));
    ReceivedClaim followUp =
        TestSystem.received(ClaimId.WORKER, ClaimId.of(parent.id(), files), files);
    system.execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest, follow_ups, outcome, emitted_at)
        VALUES ('%s', '%s', '%s', 'items', 'items/run', 'expired-records', 'x',
                '[{"event": {"id": "%s", "source": "%s"}, "claim": {"run": "items/run", "files": [{"path": "a.png", "labels": {"kind": "png"}}]}}]',
                '{}', now())
        """
            .formatted(
                parent.plannedOn(),
                parent.source(),
                parent.id(),
                followUp.identity().id(),
                followUp.identity().source()));
    lose(followUp, true);

    // When
    assertThat(recover(AT_ONCE)).isEqualTo(1);

    // Then
    assertThat(
            system.texts("SELECT label || value || files || bytes FROM reclaim.cleanup_by_label"))
        .containsExactly("kindpng110");
    assertThat(system.texts("SELECT id || ' ' || run FROM reclaim.dead_letter"))
        .containsExactly(followUp.identity().id() + " items/run");
  }

  @Test
  void asksTheStoreOnlyWhenDeletionsFromBeforeTheFenceMustBeOver() throws Exception {
    // Given
    plant("a.png", 10);
    ReceivedClaim claim = orphans("a.png");
    lose(claim, false);

    // When
    assertThat(recover(new Recovery.Patience(Duration.ZERO, Duration.ofMinutes(15)))).isZero();

    // Then it is fenced, and its own event takes it up again
    assertThat(system.number(OPEN + " AND fenced_at IS NOT NULL AND attempt = 2")).isEqualTo(1);
    assertThat(Outcomes.counts(carryOut(claim))).isEqualTo(Map.of("deleted", 1L));
    assertThat(recover(AT_ONCE)).isZero();
    assertThat(system.number("SELECT count(*) FROM reclaim.ledger")).isEqualTo(1);
  }

  @Test
  void aProcessThatSleptAfterItsIntentsDeletesNothing() throws Exception {
    // Given one that is stopped for a minute at that moment
    plant("a.png", 10);
    ReceivedClaim claim = orphans("a.png");
    AtomicLong nanos = new AtomicLong();
    FileCleanup slept =
        cleanup(
            () ->
                new Promptness(
                    () -> nanos.getAndAdd(Duration.ofMinutes(1).toNanos()),
                    InstantSource.system()));

    // When
    assertThatExceptionOfType(AttemptTakenException.class)
        .isThrownBy(() -> slept.carryOut(claim, (OrphanedFiles) claim.claim(), 1));

    // Then
    assertThat(directory.resolve("a.png")).exists();
    assertThat(Outcomes.counts(carryOut(claim))).isEqualTo(Map.of("deleted", 1L));
  }

  private FileCleanup cleanup(Supplier<Promptness> promptness) {
    PolicyFile file = policies();
    FileTarget target =
        new FileTarget(
            store(),
            databases.get("main"),
            new StoreIntents("media", () -> true),
            new QuarantineBooks("media"),
            new ReferenceCheck(
                databases, file.store("media").referenceParser(), file.references("media")),
            new SamePaths(Map.of()));
    return new FileCleanup(
        file.policy("orphans").orElseThrow(), target, databases, "tester", promptness);
  }

  private void lose(ReceivedClaim claim, boolean afterTheEffect) {
    OrphanedFiles files = (OrphanedFiles) claim.claim();
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(
            () ->
                cleanups(new CutOffStore(store(), afterTheEffect))
                    .of(policies().policy(files.policy()).orElseThrow(), files)
                    .carryOut(claim, files, 1));
  }

  private CleanupOutcome carryOut(ReceivedClaim claim) {
    OrphanedFiles files = (OrphanedFiles) claim.claim();
    return cleanups(store())
        .of(policies().policy("orphans").orElseThrow(), files)
        .carryOut(claim, files, 1)
        .outcome();
  }

  private int recover(Recovery.Patience patience) {
    return cleanups(store()).recover("media", patience);
  }

  private FileCleanups cleanups(ObjectStore store) {
    return new FileCleanups(policies(), databases, Map.of("media", store), "tester");
  }

  private PolicyFile policies() {
    return system.policies(
        """
        stores: { media: { directory: "%s", state: main } }
        policies:
          - { name: orphans, store: media, older-than: P1D, referenced-by: none }
          - { name: items, table: main.shop.item, expire: { after: P1D, by: at }, files: [ { column: url, store: media } ] }
        """
            .formatted(directory));
  }

  private ObjectStore store() {
    return ObjectStores.open("media", new DirectorySettings(directory));
  }

  private static ReceivedClaim orphans(String... paths) {
    List<ClaimedFile> files =
        Arrays.stream(paths).map(path -> new ClaimedFile(path, null, null, null)).toList();
    return TestSystem.received(new OrphanedFiles("orphans", "orphans/run", "media", null, files));
  }

  private void plant(String path, int size) throws IOException {
    Path file = directory.resolve(path);
    Files.write(file, "x".repeat(size).getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
  }
}

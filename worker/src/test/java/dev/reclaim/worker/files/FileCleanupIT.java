package dev.reclaim.worker.files;

import static dev.reclaim.worker.Outcomes.counts;
import static dev.reclaim.worker.TestSystem.received;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ClaimReader;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is a directory, whose files are named by {@code shop.asset}. */
@RequiresServers
class FileCleanupIT {
  private final TestSystem system;
  private final Databases databases;
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init")
  FileCleanupIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @BeforeEach
  void shop() throws SQLException {
    system.clean("shop");
    system.execute(
        """
        CREATE TABLE shop.asset (id int PRIMARY KEY, url text, status text, at timestamptz DEFAULT now());
        INSERT INTO shop.asset VALUES (0, 'somewhere/else.png')
        """);
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void deletesExactlyTheOldFilesThatNothingNames() throws Exception {
    // Given
    plant("orphan.png", 100, 3);
    plant("folder/ä b.png", 20, 3);
    plant("young.png", 7, 0);
    plant("named.png", 7, 3);
    plant("named with space.png", 7, 3);
    plant("in query.png", 7, 3);
    plant("in list.png", 7, 3);
    system.execute(
        """
        INSERT INTO shop.asset VALUES (1, 'named.png'), (2, 'named%20with%20space.png'),
          (3, 'in+query.png?width=10'), (4, '["x.png", "in list.png"]')
        """);

    // When
    ReceivedClaim claim =
        orphans(
            "orphan.png",
            "folder/ä b.png",
            "young.png",
            "named.png",
            "named with space.png",
            "in query.png",
            "in list.png",
            "never there.png",
            "../outside");
    CleanupOutcome outcome = carryOut(store(), claim);

    // Then
    assertThat(counts(outcome))
        .isEqualTo(Map.of("deleted", 2L, "protected", 4L, "changed", 1L, "missing", 2L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 2, 120));
    assertThat(files())
        .containsExactly(
            "in list.png", "in query.png", "named with space.png", "named.png", "young.png");
  }

  @Test
  void keepsAFileThatIsNotWhatWasClaimed() throws Exception {
    plant("a.png", 10, 3);
    OrphanedFiles other =
        new OrphanedFiles(
            "orphans", null, "media", null, List.of(new ClaimedFile("a.png", 11L, null, null)));

    CleanupOutcome outcome = carryOut(store(), received(other));

    assertThat(counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertThat(files()).containsExactly("a.png");
  }

  @Test
  void keepsEverythingWhileAReferenceCannotBeUnderstood() throws Exception {
    plant("a.png", 10, 3);
    system.execute("INSERT INTO shop.asset VALUES (1, 'https://elsewhere.example.org/a.png')");

    CleanupOutcome outcome = carryOut(store(), orphans("a.png"));

    assertThat(counts(outcome)).isEqualTo(Map.of("protected", 1L));
    assertThat(outcome.notes()).containsExactly("1 kept, a reference cannot be understood");
    assertThat(files()).containsExactly("a.png");
  }

  @Test
  void keepsAFileThatIsNamedWithMoreAfterItsLastName() throws Exception {
    plant("a.png", 10, 3);
    plant("folder/b.png", 10, 3);
    plant("c.png", 10, 3);
    system.execute(
        "INSERT INTO shop.asset VALUES (1, 'a.png/.'), (2, 'folder/b.png/x/..'), (3, 'c.png/')");

    CleanupOutcome outcome = carryOut(store(), orphans("a.png", "folder/b.png", "c.png"));

    assertThat(counts(outcome)).isEqualTo(Map.of("protected", 3L));
    assertThat(files()).containsExactly("a.png", "c.png", "folder/b.png");
  }

  @Test
  void countsOnceWhatWasDeletedByAnAttemptWhoseAnswerWasLost() throws Exception {
    // Given
    plant("a.png", 10, 3);
    ReceivedClaim claim = orphans("a.png");
    ObjectStore forgetful = unavailable(store(), true);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(forgetful, claim));
    assertThat(files()).isEmpty();

    // When
    CleanupOutcome outcome = carryOut(store(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "deletedInferred", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 1, 10));
    assertThat(carryOut(store(), claim)).isEqualTo(outcome);
  }

  @Test
  void deletesOnceWhatAnAttemptHadOnlyIntended() throws Exception {
    plant("a.png", 10, 3);
    ReceivedClaim claim = orphans("a.png");
    ObjectStore away = unavailable(store(), false);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(away, claim));
    assertThat(files()).containsExactly("a.png");

    CleanupOutcome outcome = carryOut(store(), claim);

    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L));
    assertThat(files()).isEmpty();
  }

  @Test
  void countsAFileOnceThatTwoEventsClaim() throws Exception {
    plant("a.png", 10, 3);
    ReceivedClaim first = orphans("a.png");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(unavailable(store(), false), first));

    CleanupOutcome second = carryOut(store(), orphans("a.png"));
    CleanupOutcome again = carryOut(store(), first);

    assertThat(counts(second)).isEqualTo(Map.of("missing", 1L));
    assertThat(counts(again)).isEqualTo(Map.of("deleted", 1L));
  }

  @Test
  void givesBackWhatAnEventHadTakenThatIsLaidAside() throws Exception {
    // Given
    plant("a.png", 10, 3);
    ReceivedClaim first = orphans("a.png");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(unavailable(store(), false), first));

    // When
    cleanups(store()).abandon(first, (OrphanedFiles) first.claim());

    // Then
    assertThat(counts(carryOut(store(), orphans("a.png")))).isEqualTo(Map.of("deleted", 1L));
    assertThat(files()).isEmpty();
  }

  @Test
  void countsWhatAnEventHadDeletedBeforeItWasLaidAsideWhenItIsSentAgain() throws Exception {
    // Given one file that went, its answer lost, and one that was replaced since
    plant("a.png", 10, 3);
    plant("b.png", 10, 3);
    ReceivedClaim claim = orphans("a.png", "b.png");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(unavailable(store(), true), claim));
    plant("b.png", 12, 2);

    // When
    cleanups(store()).abandon(claim, (OrphanedFiles) claim.claim());

    // Then
    CleanupOutcome outcome = carryOut(store(), claim);
    assertThat(counts(outcome)).containsEntry("deletedInferred", 1L);
    assertThat(outcome.reclaimed().files()).isEqualTo(outcome.counts().deleted());
    assertThat(system.number("SELECT count(*) FROM reclaim.store_intent WHERE state = 'intent'"))
        .isZero();
  }

  @Test
  void honoursAFollowUpOnlyIfItsParentsLedgerRowNamesIt() throws Exception {
    // Given a row that was deleted a moment ago, and its young file
    plant("a.png", 10, 0);
    EventIdentity parent = received(orphans("x").claim()).identity();
    OrphanedFiles claim = files("assets", parent, "a.png");
    ReceivedClaim followUp = received(ClaimId.WORKER, ClaimId.of(parent.id(), claim), claim);
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> carryOut(store(), followUp))
        .withMessageContaining("no ledger row");
    assertThat(files()).containsExactly("a.png");

    // When
    name(parent, followUp);
    CleanupOutcome outcome = carryOut(store(), followUp);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L));
    assertThat(files()).isEmpty();
  }

  @Test
  void countsTheFilesOfAFollowUpByTheLabelsOfTheirRows() throws Exception {
    // Given: of the four files one is named still, and one is gone
    plant("a.png", 10, 0);
    plant("b.png", 20, 0);
    plant("c.jpg", 300, 0);
    plant("named.jpg", 4000, 0);
    system.execute("INSERT INTO shop.asset VALUES (1, 'named.jpg')");
    EventIdentity parent = received(orphans("x").claim()).identity();
    OrphanedFiles claim =
        new OrphanedFiles(
            "assets",
            null,
            "media",
            parent,
            List.of(
                labelled("a.png", "png"),
                labelled("b.png", "png"),
                labelled("c.jpg", "jpg"),
                labelled("named.jpg", "jpg"),
                labelled("gone.gif", "gif")));
    ReceivedClaim followUp = received(ClaimId.WORKER, ClaimId.of(parent.id(), claim), claim);
    name(parent, followUp);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(unavailable(store(), true), followUp));

    // When
    CleanupOutcome outcome = carryOut(store(), followUp);

    // Then: what the cut-off attempt has deleted counts likewise
    assertThat(counts(outcome))
        .isEqualTo(Map.of("deleted", 3L, "deletedInferred", 3L, "protected", 1L, "missing", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 3, 330));
    assertThat(outcome.labelled())
        .containsExactly(
            new LabelledPart(Map.of("format", "jpg"), 1, 0, new Reclaimed(0, 1, 300)),
            new LabelledPart(Map.of("format", "png"), 2, 0, new Reclaimed(0, 2, 30)));
    assertThat(carryOut(store(), followUp)).isEqualTo(outcome);
  }

  @Test
  void believesLabelsOfNobodyButAWorker() throws Exception {
    // Given: a follow-up whose labels are not those that its parent's ledger row names
    plant("a.png", 10, 3);
    EventIdentity parent = received(orphans("x").claim()).identity();
    OrphanedFiles honest = ofAssets(parent, labelled("a.png", "png"));
    OrphanedFiles forged = ofAssets(parent, labelled("a.png", "gold"));
    name(parent, received(ClaimId.WORKER, ClaimId.of(parent.id(), honest), honest));

    // When
    ReceivedClaim other = received(ClaimId.WORKER, ClaimId.of(parent.id(), forged), forged);
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> carryOut(store(), other))
        .withMessageContaining("no ledger row");
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> read(ClaimId.of(parent.id(), honest), forged))
        .withMessageContaining("does not belong to what is claimed");
    OrphanedFiles alone =
        new OrphanedFiles("orphans", null, "media", null, List.of(labelled("a.png", "gold")));
    CleanupOutcome outcome = carryOut(store(), received(alone));

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L));
    assertThat(outcome.labelled()).isEmpty();
  }

  @Test
  void refusesFilesOfARowPolicyThatComeAlone() throws Exception {
    plant("a.png", 10, 3);

    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> carryOut(store(), received(files("assets", null, "a.png"))))
        .withMessageContaining("never alone");
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> carryOut(store(), received(files("pictures", null, "a.png"))))
        .withMessageContaining("outside the policy's prefix");
    assertThat(files()).containsExactly("a.png");
  }

  /** A ledger row of the parent that names the follow-up. */
  private void name(EventIdentity parent, ReceivedClaim followUp) throws SQLException {
    system.execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, kind, payload_digest, follow_ups)
        VALUES ('%s', '%s', '%s', 'assets', 'expired-records', 'x', '[{"event": {"id": "%s"}}]')
        """
            .formatted(parent.plannedOn(), parent.source(), parent.id(), followUp.identity().id()));
  }

  private static OrphanedFiles ofAssets(EventIdentity parent, ClaimedFile file) {
    return new OrphanedFiles("assets", null, "media", parent, List.of(file));
  }

  private static ClaimedFile labelled(String path, String format) {
    return new ClaimedFile(path, null, null, null, Map.of("format", format));
  }

  private static ReceivedClaim read(String id, OrphanedFiles claim) {
    CloudEvent event =
        new CloudEvent(id, ClaimId.WORKER, ClaimKind.ORPHANED_FILES.type(), Instant.now());
    return ClaimReader.read(ClaimKind.ORPHANED_FILES, event.headers(), EventCodec.encode(claim));
  }

  private CleanupOutcome carryOut(ObjectStore store, ReceivedClaim received) {
    OrphanedFiles claim = (OrphanedFiles) received.claim();
    return cleanups(store)
        .of(policies().policy(claim.policy()).orElseThrow(), claim)
        .carryOut(received, claim, 1)
        .outcome();
  }

  private FileCleanups cleanups(ObjectStore store) {
    return new FileCleanups(policies(), databases, Map.of("media", store), "tester");
  }

  private PolicyFile policies() {
    return system.policies(
        """
            stores:
              media: { directory: "%s", state: main }
            policies:
              - name: orphans
                store: media
                older-than: P1D
                referenced-by: [ { table: main.shop.asset, column: url } ]
              - name: pictures
                store: media
                prefix: pictures/
                older-than: P1D
                referenced-by: [ { table: main.shop.asset, column: url } ]
              - name: assets
                table: main.shop.asset
                expire: { after: P1D, by: at }
                files: [ { column: url, store: media } ]
            """
            .formatted(directory));
  }

  private ObjectStore store() {
    return ObjectStores.open("media", new DirectorySettings(directory));
  }

  private static ReceivedClaim orphans(String... paths) {
    return received(files("orphans", null, paths));
  }

  private static OrphanedFiles files(
      String policy, @Nullable EventIdentity parent, String... paths) {
    List<ClaimedFile> files =
        Arrays.stream(paths).map(path -> new ClaimedFile(path, null, null, null)).toList();
    return new OrphanedFiles(policy, null, "media", parent, files);
  }

  /** A store that is cut off while it deletes, after the effect or before it. */
  private static ObjectStore unavailable(ObjectStore real, boolean afterTheEffect) {
    return new CutOffStore(real, afterTheEffect);
  }

  private void plant(String path, int size, int daysOld) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, "x".repeat(size).getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(daysOld))));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}

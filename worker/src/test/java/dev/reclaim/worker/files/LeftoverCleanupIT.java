package dev.reclaim.worker.files;

import static dev.reclaim.worker.Outcomes.counts;
import static dev.reclaim.worker.TestSystem.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reclaim.database.Databases;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.VersionedS3;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Old versions and unfinished uploads of a bucket, and files that are hidden in it. */
@RequiresServers
class LeftoverCleanupIT {
  private static final Recovery.Patience AT_ONCE =
      new Recovery.Patience(Duration.ZERO, Duration.ZERO);

  private final TestSystem system;
  private final Databases databases;
  private final VersionedS3 bucket = new VersionedS3();
  private PolicyFile policies;
  private ObjectStore store;

  @SuppressWarnings("NullAway.Init")
  LeftoverCleanupIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @BeforeEach
  void open() throws SQLException {
    system.clean("shop");
    system.execute("CREATE TABLE shop.asset (id int PRIMARY KEY, url text)");
    system.execute("TRUNCATE reclaim.store_intent, reclaim.ledger");
    deleting("markers");
  }

  private void deleting(String deletes) {
    policies =
        system.policies(
            """
            stores:
              media:
                s3: { bucket: %s, endpoint: "%s", pathStyle: true, accessKey: key, secretKey: "${KEY}", deletes: %s }
                state: main
            policies:
              - { name: old, store: media, old-versions: P30D }
              - { name: pictures, store: media, prefix: pictures/, old-versions: P30D }
              - { name: uploads, store: media, unfinished-uploads: P7D }
              - name: orphans
                store: media
                older-than: P1D
                referenced-by: [ { table: main.shop.asset, column: url } ]
            """
                .formatted(VersionedS3.BUCKET, bucket.endpoint(), deletes));
    store = ObjectStores.open("media", policies.store("media").settings());
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    bucket.close();
    databases.close();
    system.close();
  }

  @Test
  void deletesExactlyWhatWasReplacedLongAgoAndCountsItsBytes() throws Exception {
    // Given
    String a1 = bucket.put("a", 100, daysAgo(90));
    String a2 = bucket.put("a", 20, daysAgo(40));
    String a3 = bucket.put("a", 3, daysAgo(20));
    String b1 = bucket.put("b", 1_000, daysAgo(90));
    String bMarker = bucket.delete("b", daysAgo(50));
    String c1 = bucket.put("c", 7, daysAgo(90));
    String cMarker = bucket.delete("c", daysAgo(50));
    bucket.deleteVersion("c", c1);
    String d1 = bucket.put("d", 50_000, daysAgo(90));
    bucket.put("d", 1, daysAgo(60));
    bucket.hold(d1);
    long before = bucket.bytes();

    // When
    CleanupOutcome outcome =
        carryOut(
            versions(
                "a@" + a1,
                "a@" + a2,
                "a@" + a3,
                "b@" + b1,
                "b@" + bMarker,
                "c@" + cMarker,
                "d@" + d1,
                "d@never"));

    // Then
    assertThat(counts(outcome))
        .isEqualTo(Map.of("deleted", 3L, "changed", 3L, "refused", 1L, "missing", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 3, 1_100));
    assertThat(before - bucket.bytes()).isEqualTo(1_100);
    assertThat(bucket.versions())
        .containsExactlyInAnyOrder(
            "a@" + a2, "a@" + a3, "b@" + bMarker + "*", "d@" + d1, "d@v00009");
    assertThat(outcome.notes())
        .contains("1 refused, a legal hold of the store keeps it", "2 kept, in use");
    assertThat(openIntents()).isZero();
    assertThat(doneIntents()).isEqualTo(3);
  }

  /** Somebody takes a deletion back at the moment its version is to go for good. */
  @Test
  void keepsAVersionThatIsCurrentAgain() throws Exception {
    String a1 = bucket.put("a", 100, daysAgo(90));
    String marker = bucket.delete("a", daysAgo(50));
    ReceivedClaim claim = versions("a@" + a1);
    bucket.deleteVersion("a", marker);

    CleanupOutcome outcome = carryOut(claim);

    assertThat(counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertThat(bucket.files()).containsExactly("a");
    assertThat(doneIntents() + openIntents()).isZero();
  }

  @Test
  void believesNoClaimThatThePolicyDoesNotAllow() {
    String young = bucket.put("pictures/a", 100, daysAgo(90));
    bucket.put("pictures/a", 100, daysAgo(29));
    String upload = bucket.begin("pictures/a", daysAgo(90));

    assertThat(counts(carryOut(claim("pictures", version("pictures/a@" + young)))))
        .isEqualTo(Map.of("changed", 1L));
    for (StoreLeftovers forged :
        List.of(
            claim("pictures", version("other/a@v1")),
            claim("pictures", ClaimedLeftover.upload("pictures/a", upload)),
            claim("uploads", version("pictures/a@" + young)),
            claim("orphans", version("pictures/a@" + young)),
            new StoreLeftovers("old", null, "elsewhere", List.of(version("a@v1"))))) {
      assertThatExceptionOfType(InvalidEventException.class)
          .isThrownBy(() -> carryOut(received(forged)));
    }
    assertThat(bucket.changes()).isZero();
  }

  @Test
  void countsOnceWhatWasDeletedByAnAttemptWhoseAnswerWasLost() throws Exception {
    String a1 = bucket.put("a", 100, daysAgo(90));
    String b1 = bucket.put("b", 10, daysAgo(90));
    bucket.put("a", 1, daysAgo(60));
    bucket.put("b", 1, daysAgo(60));
    ReceivedClaim claim = versions("a@" + a1, "b@" + b1);
    bucket.losesAnswers(true);
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> carryOut(claim));
    bucket.losesAnswers(false);

    CleanupOutcome again = carryOut(claim);

    assertThat(counts(again)).isEqualTo(Map.of("deleted", 2L, "deletedInferred", 2L));
    assertThat(again.reclaimed()).isEqualTo(new Reclaimed(0, 2, 110));
    assertThat(carryOut(claim)).isEqualTo(again);
    assertThat(counts(carryOut(versions("a@" + a1)))).isEqualTo(Map.of("missing", 1L));
    assertThat(ledgerBytes()).isEqualTo(110);
  }

  @Test
  void accountsOnceForVersionsAndUploadsWhoseEventNeverComesBack() throws Exception {
    // Given attempts whose answers were lost
    String a1 = bucket.put("a", 100, daysAgo(90));
    bucket.put("a", 1, daysAgo(60));
    ReceivedClaim versions = versions("a@" + a1);
    ReceivedClaim uploads = uploads("b@" + upload("b", 30, 600));
    bucket.losesAnswers(true);
    for (ReceivedClaim claim : List.of(versions, uploads)) {
      assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> carryOut(claim));
    }
    bucket.losesAnswers(false);

    // When
    assertThat(cleanups().recover("media", Recovery.Patience.USUAL)).isZero();
    assertThat(cleanups().recover("media", AT_ONCE)).isEqualTo(2);
    assertThat(cleanups().recover("media", AT_ONCE)).isZero();

    // Then
    assertThat(openIntents()).isZero();
    assertThat(ledgerBytes()).isEqualTo(700);
    assertThat(
            system.texts(
                "SELECT DISTINCT kind || ' ' || (outcome -> 'counts' ->> 'deletedInferred') FROM reclaim.ledger"))
        .containsExactly("store-leftovers 1");
    assertThat(counts(carryOut(versions))).isEqualTo(Map.of("missing", 1L));
    assertThat(ledgerBytes()).isEqualTo(700);
  }

  @Test
  void givesBackAVersionThatIsThereAndWhoseEventNeverComesBack() throws Exception {
    String a1 = bucket.put("a", 100, daysAgo(90));
    bucket.put("a", 1, daysAgo(60));
    bucket.beforeNextChange(
        () -> {
          throw new IllegalStateException("the server breaks down");
        });
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> carryOut(versions("a@" + a1)));

    assertThat(cleanups().recover("media", AT_ONCE)).isEqualTo(1);

    assertThat(counts(carryOut(versions("a@" + a1)))).isEqualTo(Map.of("deleted", 1L));
    assertThat(ledgerBytes()).isEqualTo(100);
  }

  @Test
  void givesAnEventsRightsBackWhenItIsLaidAside() throws Exception {
    String a1 = bucket.put("a", 100, daysAgo(90));
    bucket.put("a", 1, daysAgo(60));
    ReceivedClaim claim = versions("a@" + a1);
    bucket.beforeNextChange(
        () -> {
          throw new IllegalStateException("the server breaks down");
        });
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> carryOut(claim));
    assertThat(openIntents()).isEqualTo(1);
    assertThat(counts(carryOut(versions("a@" + a1)))).isEqualTo(Map.of("missing", 1L));

    assertThatExceptionOfType(AttemptTakenException.class)
        .isThrownBy(() -> cleanups().abandon(claim, (StoreLeftovers) claim.claim()));
    system.execute("UPDATE reclaim.store_intent SET opened_at = opened_at - interval '10 minutes'");
    cleanups().abandon(claim, (StoreLeftovers) claim.claim());

    assertThat(counts(carryOut(versions("a@" + a1)))).isEqualTo(Map.of("deleted", 1L));
  }

  @Test
  void abortsExactlyTheUploadsThatNobodyGoesOnWith() throws Exception {
    // Given
    String abandoned = upload("a", 30, 1_000, 200);
    String running = upload("a", 30, 40);
    String completed = upload("b", 30, 5);
    String young = upload("c", 6, 3);
    ReceivedClaim claim = uploads("a@" + abandoned, "a@" + running, "b@" + completed, "c@" + young);
    bucket.part("a", running, 9, 7, daysAgo(1));
    bucket.complete("b", completed, 5, daysAgo(1));
    long before = bucket.bytes();

    // When
    CleanupOutcome outcome = carryOut(claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "changed", 2L, "missing", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 1, 1_200));
    assertThat(outcome.kind()).isEqualTo(ClaimKind.STORE_LEFTOVERS);
    assertThat(before - bucket.bytes()).isEqualTo(1_200);
    assertThat(bucket.uploads()).containsExactlyInAnyOrder(running, young);
    assertThat(bucket.files()).containsExactly("b");
    assertThat(openIntents()).isZero();
  }

  @Test
  void countsAnAbortedUploadOnceWhenItsAnswerWasLost() throws Exception {
    ReceivedClaim claim = uploads("a@" + upload("a", 30, 600));
    bucket.losesAnswers(true);
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> carryOut(claim));
    bucket.losesAnswers(false);

    CleanupOutcome again = carryOut(claim);

    assertThat(counts(again)).isEqualTo(Map.of("deleted", 1L, "deletedInferred", 1L));
    assertThat(again.reclaimed().bytes()).isEqualTo(600);
    assertThat(bucket.bytes()).isZero();
  }

  /** An orphan is hidden, and free when its version goes: the sum is what the bucket has lost. */
  @Test
  void countsNoBytesUntilTheVersionsAreGone() throws Exception {
    bucket.put("orphan", 500, daysAgo(90));
    bucket.put("named", 70, daysAgo(90));
    system.execute("INSERT INTO shop.asset VALUES (1, 'named')");
    bucket.clock(daysAgo(40));

    CleanupOutcome hidden = carryOut(orphans("orphan", "named"));

    assertThat(counts(hidden)).isEqualTo(Map.of("deleted", 1L, "protected", 1L));
    assertThat(hidden.reclaimed()).isEqualTo(new Reclaimed(0, 1, 0));
    assertThat(hidden.notes()).contains("1 hidden: their bytes are free when their versions go");
    assertThat(bucket.files()).containsExactly("named");
    assertThat(bucket.bytes()).isEqualTo(570);

    CleanupOutcome freed = carryOut(versions("orphan@v00001"));

    assertThat(freed.reclaimed()).isEqualTo(new Reclaimed(0, 1, 500));
    assertThat(bucket.bytes()).isEqualTo(70);
    assertThat(ledgerBytes()).isEqualTo(500);
  }

  @Test
  void countsNoBytesOfAFileThatAnAttemptHidWhoseAnswerWasLost() throws Exception {
    bucket.put("orphan", 500, daysAgo(90));
    store.freesBytes();
    ReceivedClaim claim = orphans("orphan");
    bucket.losesAnswers(true);
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> carryOut(claim));
    bucket.losesAnswers(false);

    CleanupOutcome again = carryOut(claim);

    assertThat(counts(again)).isEqualTo(Map.of("deleted", 1L, "deletedInferred", 1L));
    assertThat(again.reclaimed()).isEqualTo(new Reclaimed(0, 1, 0));
    assertThat(bucket.bytes()).isEqualTo(500);
  }

  @Test
  void hidesAFileAgainThatWasTakenBackByItsVersions() throws Exception {
    bucket.put("orphan", 500, daysAgo(90));
    carryOut(orphans("orphan"));
    String marker =
        bucket.versions().stream().filter(it -> it.endsWith("*")).findFirst().orElseThrow();
    bucket.deleteVersion("orphan", marker.replaceAll("orphan@|[*]", ""));
    assertThat(bucket.files()).containsExactly("orphan");
    assertThat(counts(carryOut(orphans("orphan"))))
        .as("at once it may be an old look at it")
        .isEqualTo(Map.of("missing", 1L));

    system.execute("UPDATE reclaim.store_intent SET closed_at = closed_at - interval '2 hours'");
    CleanupOutcome again = carryOut(orphans("orphan"));

    assertThat(counts(again)).isEqualTo(Map.of("deleted", 1L));
    assertThat(bucket.files()).isEmpty();
    assertThat(ledgerBytes()).isZero();
  }

  /** The upload comes between the last look and the deletion. */
  @Test
  void deletesTheVersionThatWasLookedAtAndNoNewerOne() throws Exception {
    store.close();
    deleting("versions");
    bucket.put("orphan", 500, daysAgo(90));
    store.freesBytes();
    bucket.beforeNextChange(() -> bucket.put("orphan", 40, Instant.now()));

    CleanupOutcome outcome = carryOut(orphans("orphan"));

    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(0, 1, 500));
    assertThat(bucket.files()).containsExactly("orphan");
    assertThat(bucket.bytes()).isEqualTo(40);
  }

  private String upload(String key, int daysOld, long... parts) {
    String id = bucket.begin(key, daysAgo(daysOld));
    for (int i = 0; i < parts.length; i++) {
      bucket.part(key, id, i + 1, parts[i], daysAgo(daysOld));
    }
    return id;
  }

  private static Instant daysAgo(int days) {
    return Instant.now().minus(Duration.ofDays(days));
  }

  private static ReceivedClaim versions(String... names) {
    return received(
        claim("old", Arrays.stream(names).map(it -> version(it)).toArray(ClaimedLeftover[]::new)));
  }

  private static ReceivedClaim uploads(String... names) {
    return received(
        claim(
            "uploads",
            Arrays.stream(names)
                .map(name -> name.split("@", 2))
                .map(name -> ClaimedLeftover.upload(name[0], name[1]))
                .toArray(ClaimedLeftover[]::new)));
  }

  private static ClaimedLeftover version(String name) {
    String[] parts = name.split("@", 2);
    return ClaimedLeftover.version(parts[0], parts[1]);
  }

  private static StoreLeftovers claim(String policy, ClaimedLeftover... leftovers) {
    return new StoreLeftovers(policy, null, "media", List.of(leftovers));
  }

  private static ReceivedClaim orphans(String... paths) {
    List<ClaimedFile> files =
        Arrays.stream(paths).map(path -> new ClaimedFile(path, null, null, null)).toList();
    return received(new OrphanedFiles("orphans", null, "media", null, files));
  }

  private CleanupOutcome carryOut(StoreLeftovers claim) {
    return carryOut(received(claim));
  }

  private CleanupOutcome carryOut(ReceivedClaim received) {
    Claim claim = received.claim();
    var policy = policies.policy(claim.policy()).orElseThrow();
    return claim instanceof StoreLeftovers leftovers
        ? cleanups().of(policy, leftovers).carryOut(received, leftovers, 1).outcome()
        : new FileCleanups(policies, databases, Map.of("media", store), "tester")
            .of(policy, (OrphanedFiles) claim)
            .carryOut(received, (OrphanedFiles) claim, 1)
            .outcome();
  }

  private LeftoverCleanups cleanups() {
    return new LeftoverCleanups(policies, databases, Map.of("media", store), "tester");
  }

  private long openIntents() throws SQLException {
    return system.number("SELECT count(*) FROM reclaim.store_intent WHERE state = 'intent'");
  }

  private long doneIntents() throws SQLException {
    return system.number("SELECT count(*) FROM reclaim.store_intent WHERE state = 'done'");
  }

  private long ledgerBytes() throws SQLException {
    return system.number("SELECT coalesce(sum(bytes), 0) FROM reclaim.ledger");
  }
}

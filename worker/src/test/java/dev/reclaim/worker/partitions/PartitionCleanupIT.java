package dev.reclaim.worker.partitions;

import static dev.reclaim.worker.Outcomes.counts;
import static dev.reclaim.worker.TestSystem.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every case has a schema of its own, {@code shop}, with a table of visits by month. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class PartitionCleanupIT {
  private static final String COLUMNS = "id, at, note, doc, small, twice";
  private static final String JANUARY = "shop.visit_2020_01";
  private static final String FROM = "2020-01-01 00:00:00+00";
  private static final String TO = "2020-02-01 00:00:00+00";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestSystem system;
  private final Databases databases;

  PartitionCleanupIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @AfterAll
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @BeforeEach
  void shop() throws SQLException {
    system.clean("shop");
    system.execute(
        """
        SET TIME ZONE 'UTC';
        TRUNCATE reclaim.partition_intent;
        CREATE TABLE shop.visit (id bigint, gone text, at timestamptz NOT NULL, note text, doc jsonb, small smallint,
          twice text GENERATED ALWAYS AS (note || note) STORED,
          seen int GENERATED ALWAYS AS (length(note)) VIRTUAL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE shop.visit_2020_01 PARTITION OF shop.visit FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        CREATE TABLE shop.visit_2020_02 PARTITION OF shop.visit FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
        CREATE TABLE shop.visit_later PARTITION OF shop.visit FOR VALUES FROM ('2020-03-01') TO ('2199-01-01');
        ALTER TABLE shop.visit DROP gone;
        INSERT INTO shop.visit (id, at, note, doc, small)
        SELECT n, timestamptz '2020-01-01' + make_interval(mins => n), CASE WHEN n % 3 = 0 THEN NULL ELSE 'note ' || n END,
               jsonb_build_object('n', n), CASE WHEN n % 2 = 0 THEN n % 100 END
          FROM generate_series(0, 4999) n;
        INSERT INTO shop.visit (id, at, note) VALUES (7001, '2020-02-01', 'first of February'), (7002, now(), 'of today');
        INSERT INTO shop.visit (id, at, note)
        SELECT 8000, '2020-01-31 23:59:59.999999', string_agg(md5(n::text), '') FROM generate_series(1, 1000) n
        """);
  }

  @Test
  void dropsThePartitionWithItsExactRowsAndBytes() throws SQLException {
    // Given
    long bytes = system.bytes(JANUARY, COLUMNS, "true");

    // When
    ReceivedClaim claim = january();
    CleanupOutcome outcome = carryOut(visits(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 5001L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(5001, 0, bytes));
    assertThat(outcome.children()).isEqualTo(Reclaimed.NOTHING);
    assertThat(outcome.notes()).isEmpty();
    assertThat(ledger(claim, "rows || ' ' || bytes || ' ' || kind"))
        .isEqualTo("5001 " + bytes + " expired-partition");
    assertThat(thereIs(JANUARY)).isFalse();
    assertThat(system.ids("shop.visit")).containsExactly("7001", "7002");
    assertThat(intents()).isEqualTo("done 1");
  }

  @Test
  void countsTheSameBytesAsTheDeletionOfItsRowsWould() throws SQLException {
    long byRow =
        system.number(
            "SELECT sum%s FROM ONLY %s AS visit".formatted(target("").shape().rowBytes(), JANUARY));
    assertThat(carryOut(visits(), january()).reclaimed().bytes()).isEqualTo(byRow);
  }

  @Test
  void saysTheStoredOutcomeOnRedelivery() {
    ReceivedClaim claim = january();
    Settled settled = visits().carryOut(claim, partition(claim), 1);
    assertThat(visits().carryOut(claim, partition(claim), 2)).isEqualTo(settled);
  }

  @Test
  void detachesInOneGoBesideADefaultPartition() throws SQLException {
    // Given
    system.execute(
        "CREATE TABLE shop.visit_rest PARTITION OF shop.visit DEFAULT; INSERT INTO shop.visit VALUES (1, '2019-01-01')");

    // When
    CleanupOutcome outcome = carryOut(visits(), january());

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 5001L));
    assertThat(system.ids("shop.visit")).containsExactly("1", "7001", "7002");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "where: \"note <> 'x'\"",
        "where: { note: x }",
        "keep: { note: x }",
        "protect: [ { table: main.shop.basket, column: visit_id, names: id } ]",
        "keep-newest: { n: 1, per: [note] }",
        "action: { set: { note: gone } }",
        "labels: { note: note }",
      })
  void leavesToRowsWhatBoundsDoNotProve(String more) throws SQLException {
    system.execute(
        "CREATE TABLE shop.basket (visit_id bigint, at timestamptz); CREATE INDEX ON shop.basket (visit_id)");
    assertThat(counts(carryOut(cleanup("P30D", more), january()))).isEqualTo(Map.of("changed", 1L));
    assertUntouched();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE shop.basket (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES shop.visit)",
        "CREATE TABLE shop.basket (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES shop.visit_2020_01)",
        "CREATE TRIGGER t AFTER DELETE ON shop.visit FOR EACH ROW EXECUTE FUNCTION shop.note()",
        "CREATE TRIGGER t BEFORE DELETE ON shop.visit_2020_01 FOR EACH ROW EXECUTE FUNCTION shop.note()",
        "CREATE TRIGGER t AFTER DELETE ON shop.visit FOR EACH STATEMENT EXECUTE FUNCTION shop.note()",
        "CREATE RULE r AS ON DELETE TO shop.visit DO INSTEAD NOTHING",
        "CREATE VIEW shop.january AS SELECT id FROM shop.visit_2020_01",
        "CREATE TABLE shop.log (visit shop.visit_2020_01)",
        "CREATE FUNCTION shop.f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM shop.visit_2020_01; END",
        "CREATE PUBLICATION reclaim_test FOR TABLE shop.visit",
      })
  void leavesToRowsWhatSomebodyWouldMiss(String somebody) throws SQLException {
    system.execute(
        "CREATE FUNCTION shop.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'");
    system.execute(somebody);
    try {
      assertThat(counts(carryOut(visits(), january()))).isEqualTo(Map.of("changed", 1L));
      assertUntouched();
    } finally {
      system.execute("DROP PUBLICATION IF EXISTS reclaim_test");
    }
  }

  @Test
  void keepsWhatIsNotYetExpiredWhateverIsClaimed() throws SQLException {
    ReceivedClaim later =
        claim("shop.visit", "shop.visit_later", "2020-03-01 00:00:00+00", "2199-01-01 00:00:00+00");
    assertThat(counts(carryOut(visits(), later))).isEqualTo(Map.of("changed", 1L));

    ReceivedClaim forged = claim("shop.visit", "shop.visit_later", FROM, TO);
    assertThat(counts(carryOut(visits(), forged))).isEqualTo(Map.of("changed", 1L));

    ReceivedClaim early =
        received(
            new ExpiredPartition(
                "p",
                null,
                Instant.parse("2020-01-31T23:59:59.999999Z"),
                "shop.visit",
                JANUARY,
                FROM,
                TO));
    assertThat(counts(carryOut(visits(), early))).isEqualTo(Map.of("changed", 1L));
    assertUntouched();
  }

  @Test
  void takesABoundThatIsExactlyTheCutoff() {
    ReceivedClaim claim =
        received(
            new ExpiredPartition(
                "p", null, Instant.parse("2020-02-01T00:00:00Z"), "shop.visit", JANUARY, FROM, TO));
    assertThat(counts(carryOut(visits(), claim))).isEqualTo(Map.of("deleted", 5001L));
  }

  @Test
  void keepsTablesOfOthers() throws SQLException {
    // Given
    system.execute(
        """
        CREATE TABLE shop.alone (id bigint PRIMARY KEY, at timestamptz);
        CREATE TABLE shop.order (id bigint, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE shop.order_1 PARTITION OF shop.order FOR VALUES FROM ('2020-01-01') TO ('2020-02-01')
        """);

    // Then
    assertThat(counts(carryOut(visits(), claim("shop.visit", "shop.alone", FROM, TO))))
        .isEqualTo(Map.of("changed", 1L));
    assertThat(counts(carryOut(visits(), claim("shop.visit", "shop.order_1", FROM, TO))))
        .isEqualTo(Map.of("changed", 1L));
    assertThat(counts(carryOut(visits(), claim("shop.visit", "shop.visit", FROM, TO))))
        .isEqualTo(Map.of("changed", 1L));
    assertThat(counts(carryOut(visits(), claim("shop.visit", "no such; DROP TABLE", FROM, TO))))
        .isEqualTo(Map.of("missing", 1L));
    ReceivedClaim other = claim("shop.order", "shop.order_1", FROM, TO);
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> carryOut(visits(), other))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.OUTSIDE_POLICY));
    assertThat(thereIs("shop.alone")).isTrue();
    assertThat(thereIs("shop.order_1")).isTrue();
    assertUntouched();
  }

  @Test
  void goesOnWithNoPartitionOfAnotherPolicysTable() throws SQLException {
    // Given: another policy's partition is detached, and its event not yet at its end
    system.execute(
        """
        CREATE TABLE shop.order (id bigint, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE shop.order_1 (id bigint, at timestamptz, PRIMARY KEY (id, at));
        INSERT INTO reclaim.partition_intent (relation, name, parent, parent_name, lower_bound, upper_bound, bound,
                                              policy, planned_on, source, id)
        VALUES ('shop.order_1'::regclass, 'shop.order_1', 'shop.order'::regclass, 'shop."order"', '%s', '%s',
                'FOR VALUES FROM (''%s'') TO (''%s'')', 'orders', current_date, 'test', 'other')
        """
            .formatted(FROM, TO, FROM, TO));

    // When
    CleanupOutcome outcome = carryOut(visits(), claim("shop.visit", "shop.order_1", FROM, TO));

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertThat(thereIs("shop.order_1")).isTrue();
    assertThat(intents()).isEqualTo("intent 1");
  }

  @Test
  void countsWhatAnotherEventHasDroppedAsMissing() {
    carryOut(visits(), january());
    assertThat(counts(carryOut(visits(), january()))).isEqualTo(Map.of("missing", 1L));
  }

  @Test
  void goesOnAfterACrashBetweenIntentAndDetachment() throws Exception {
    // Given: the table is being altered, so that the detachment waits
    ReceivedClaim claim = january();
    Connection busy = system.begin("LOCK TABLE shop.visit IN SHARE UPDATE EXCLUSIVE MODE");
    crash(claim, "ALTER TABLE % CONCURRENTLY");
    assertThat(intents()).isEqualTo("intent 1");
    assertUntouched();
    busy.close();

    // When
    CleanupOutcome outcome = carryOut(visits(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 5001L));
    assertThat(intents()).isEqualTo("done 2");
  }

  @Test
  void finalizesAfterACrashInTheMiddleOfTheDetachment() throws Exception {
    // Given: somebody still reads the table, so that the second half of the detachment waits
    ReceivedClaim claim = january();
    Connection reader = system.begin("SELECT count(*) FROM shop.visit");
    crash(claim, "ALTER TABLE % CONCURRENTLY");
    assertThat(isPending()).isTrue();
    reader.close();

    // When
    CleanupOutcome outcome = carryOut(visits(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 5001L));
    assertThat(thereIs(JANUARY)).isFalse();
    assertThat(intents()).isEqualTo("done 2");
  }

  @Test
  void goesOnAfterACrashBetweenDetachmentAndDone() throws Exception {
    // Given: the ledger cannot be written, so that what was dropped is not committed
    ReceivedClaim claim = january();
    Connection busy = system.begin("LOCK TABLE reclaim.ledger IN SHARE MODE");
    crash(claim, "%INSERT INTO reclaim.ledger%");
    assertThat(standing()).isEqualTo("detached");
    busy.close();

    // When: another event comes first, as of the run after
    ReceivedClaim next = january();
    CleanupOutcome outcome = carryOut(visits(), next);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 5001L));
    assertThat(thereIs(JANUARY)).isFalse();
    assertThat(counts(carryOut(visits(), claim))).isEqualTo(Map.of("missing", 1L));
    assertThat(
            system.number(
                "SELECT count(*) FROM reclaim.ledger WHERE rows = 5001 AND id IN ('%s', '%s')"
                    .formatted(claim.identity().id(), next.identity().id())))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "CREATE TABLE shop.visit_rest PARTITION OF shop.visit DEFAULT"})
  void attachesAgainWhatThePolicyNoLongerLetsGo(String more) throws Exception {
    // Given: detached, and then the worker comes back with another policy
    system.execute("SELECT 1; " + more);
    ReceivedClaim claim = january();
    Connection busy = system.begin("LOCK TABLE reclaim.ledger IN SHARE MODE");
    crash(claim, "%INSERT INTO reclaim.ledger%");
    busy.close();
    assertThat(standing()).isEqualTo("detached");

    // When
    CleanupOutcome outcome = carryOut(cleanup("P30D", "keep: { note: x }"), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertUntouched();
    assertThat(intents()).isEqualTo("returned 2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"'2020-02-01'", "'2019-12-31'"})
  void attachesAgainNothingThatDoesNotFitAndSaysSo(String at) throws Exception {
    // Given: somebody writes into the detached table what its bounds do not prove
    system.execute("CREATE TABLE shop.visit_rest PARTITION OF shop.visit DEFAULT");
    ReceivedClaim claim = january();
    Connection busy = system.begin("LOCK TABLE reclaim.ledger IN SHARE MODE");
    crash(claim, "%INSERT INTO reclaim.ledger%");
    busy.close();
    system.execute("INSERT INTO shop.visit_2020_01 (id, at) VALUES (1, " + at + ")");

    // When
    CleanupOutcome outcome = carryOut(visits(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("failed", 1L));
    assertThat(outcome.notes().get(0)).contains("ATTACH PARTITION shop.visit_2020_01 FOR VALUES");
    assertThat(system.number("SELECT count(*) FROM shop.visit_2020_01")).isEqualTo(5002);
    assertThat(intents()).isEqualTo("stranded 2");
  }

  @Test
  void leavesATableAloneThatHasTakenThePartitionsName() throws Exception {
    // Given
    ReceivedClaim claim = january();
    Connection busy = system.begin("LOCK TABLE reclaim.ledger IN SHARE MODE");
    crash(claim, "%INSERT INTO reclaim.ledger%");
    busy.close();
    system.execute(
        """
        ALTER TABLE shop.visit_2020_01 RENAME TO saved;
        CREATE TABLE shop.visit_2020_01 (LIKE shop.saved);
        INSERT INTO shop.visit_2020_01 (id, at) VALUES (1, '2020-01-01')
        """);

    // When
    CleanupOutcome outcome = carryOut(visits(), claim);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertThat(system.number("SELECT count(*) FROM shop.saved")).isEqualTo(5001);
    assertThat(system.number("SELECT count(*) FROM shop.visit_2020_01")).isEqualTo(1);
  }

  @Test
  void leavesWhatTheApplicationUsesToTheNextPass() throws Exception {
    // Given: beside a default partition, so that the table itself has to be locked
    system.execute("CREATE TABLE shop.visit_rest PARTITION OF shop.visit DEFAULT");
    Connection reader = system.begin("SELECT count(*) FROM shop.visit");

    // When
    CleanupOutcome outcome = carryOut(visits(), january());

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("locked", 1L));
    assertUntouched();
    assertThat(intents()).isEqualTo("returned 1");

    // When
    reader.close();

    // Then
    assertThat(counts(carryOut(visits(), january()))).isEqualTo(Map.of("deleted", 5001L));
  }

  @Test
  void goesOnInTheNextPassWithWhatIsHalfDetached() throws Exception {
    // Given
    Connection reader = system.begin("SELECT count(*) FROM shop.visit");

    // When
    CleanupOutcome outcome = carryOut(visits(), january());

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("locked", 1L));
    assertThat(isPending()).isTrue();
    assertThat(intents()).isEqualTo("intent 1");

    // When
    reader.close();

    // Then
    assertThat(counts(carryOut(visits(), january()))).isEqualTo(Map.of("deleted", 5001L));
    assertThat(intents()).isEqualTo("done 2");
  }

  @Test
  void keepsNobodyWaitingWhileItWaits() throws Exception {
    // Given: a reader in a transaction, whom the detachment waits for, beside a default partition
    system.execute("CREATE TABLE shop.visit_rest PARTITION OF shop.visit DEFAULT");
    Connection reader = system.begin("SELECT count(*) FROM shop.visit");
    CompletableFuture<CleanupOutcome> waiting =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), january()));

    // When
    long slowestMs = 0;
    while (!waiting.isDone()) {
      long started = System.nanoTime();
      system.execute("INSERT INTO shop.visit (id, at) VALUES (" + started + ", now())");
      slowestMs = Math.max(slowestMs, (System.nanoTime() - started) / 1_000_000);
    }

    // Then
    assertThat(counts(waiting.get())).isEqualTo(Map.of("locked", 1L));
    assertThat(slowestMs).isLessThan(1_000);
    reader.close();
  }

  @Test
  void countsOnceWhatTwoEventsClaimAtOnce() throws Exception {
    // Given
    ReceivedClaim one = january();
    ReceivedClaim other = january();

    // When
    CompletableFuture<CleanupOutcome> first =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), one));
    CompletableFuture<CleanupOutcome> second =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), other));
    CompletableFuture<CleanupOutcome> again =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), one));

    // Then
    assertThat(first.get().counts().deleted() + second.get().counts().deleted()).isEqualTo(5001);
    assertThat(again.get()).isEqualTo(first.get());
  }

  @Test
  void takesPartitionsOfOneTableAtOnce() throws Exception {
    CompletableFuture<CleanupOutcome> january =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), january()));
    ReceivedClaim february =
        claim("shop.visit", "shop.visit_2020_02", TO, "2020-03-01 00:00:00+00");
    assertThat(counts(carryOut(visits(), february))).isEqualTo(Map.of("deleted", 1L));
    assertThat(counts(january.get())).isEqualTo(Map.of("deleted", 5001L));
  }

  /** Carries the claim out until its session waits in a statement like this, and then kills it. */
  private void crash(ReceivedClaim claim, String statement) throws Exception {
    CompletableFuture<CleanupOutcome> delivery =
        CompletableFuture.supplyAsync(() -> carryOut(visits(), claim));
    String waiting =
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'test' AND wait_event_type = 'Lock' AND query LIKE '%s'"
            .formatted(statement);
    await().atMost(PATIENCE).until(() -> !system.texts(waiting).isEmpty());
    system.execute("SELECT pg_terminate_backend(%s)".formatted(system.texts(waiting).get(0)));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> delivery.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .satisfies(e -> assertThat(SqlFailure.of(e)).isEqualTo(SqlFailure.SYSTEMIC));
  }

  private void assertUntouched() throws SQLException {
    assertThat(standing()).isEqualTo("attached");
    assertThat(system.number("SELECT count(*) FROM shop.visit WHERE at < '2020-02-01'"))
        .isEqualTo(5001);
  }

  private String standing() throws SQLException {
    return system
        .texts(
            "SELECT CASE WHEN relispartition THEN 'attached' ELSE 'detached' END FROM pg_class WHERE oid = '%s'::regclass"
                .formatted(JANUARY))
        .get(0);
  }

  private boolean isPending() throws SQLException {
    return system
        .texts(
            "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = '%s'::regclass"
                .formatted(JANUARY))
        .equals(List.of("t"));
  }

  private boolean thereIs(String table) throws SQLException {
    return system.number("SELECT count(to_regclass('%s'))".formatted(table)) == 1;
  }

  private String intents() throws SQLException {
    return String.join(
        ", ", system.texts("SELECT state || ' ' || attempt FROM reclaim.partition_intent"));
  }

  private String ledger(ReceivedClaim claim, String columns) throws SQLException {
    return system
        .texts(
            "SELECT %s FROM reclaim.ledger WHERE id = '%s'"
                .formatted(columns, claim.identity().id()))
        .get(0);
  }

  private static ReceivedClaim january() {
    return claim("shop.visit", JANUARY, FROM, TO);
  }

  private static ReceivedClaim claim(String table, String partition, String from, String to) {
    return received(
        new ExpiredPartition(
            "p", null, Instant.parse("9999-12-31T00:00:00Z"), table, partition, from, to));
  }

  private static ExpiredPartition partition(ReceivedClaim received) {
    return (ExpiredPartition) received.claim();
  }

  private static CleanupOutcome carryOut(PartitionCleanup cleanup, ReceivedClaim claim) {
    return cleanup.carryOut(claim, partition(claim), 1).outcome();
  }

  private PartitionCleanup visits() {
    return cleanup("P30D", "");
  }

  private PartitionCleanup cleanup(String after, String more) {
    Database main = databases.get("main");
    return new PartitionCleanup(main, target(after, more), "worker-1");
  }

  private RowTarget target(String more) {
    return target("P30D", more);
  }

  private RowTarget target(String after, String more) {
    PolicyFile file =
        system.policies(
            """
            policies:
              - name: p
                table: main.shop.visit
                expire: { after: %s, by: at }
            %s
            """
                .formatted(after, more.isEmpty() ? "" : more.indent(4)));
    return Objects.requireNonNull(RowTargets.resolve(file, databases).get("p"));
  }
}

package dev.reclaim.worker.rows;

import static dev.reclaim.worker.Outcomes.counts;
import static dev.reclaim.worker.TestSystem.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Claims that share a transaction: what each is told, and when they must not share one. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class SharedDeletionIT {
  private static final Instant NOW = Instant.now();
  private static final String JOB = "id, tenant, made";
  private static final String LOG = "id, job, line";

  private final TestSystem system;
  private final Databases databases;

  SharedDeletionIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @AfterAll
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  /** Jobs 1 to 9, all due, with one to nine log lines. */
  @BeforeEach
  void shop() throws SQLException {
    system.clean("shop");
    system.execute(
        """
        CREATE TABLE shop.job (id bigint PRIMARY KEY, tenant text, made timestamptz);
        CREATE TABLE shop.log (id bigint PRIMARY KEY, job bigint REFERENCES shop.job ON DELETE CASCADE, line text);
        CREATE INDEX ON shop.log (job);
        INSERT INTO shop.job SELECT n, 't' || n % 2, now() - interval '40 days' FROM generate_series(1, 9) n;
        INSERT INTO shop.log SELECT n * 10 + i, n, repeat('x', n * i)
          FROM generate_series(1, 9) n, generate_series(1, n) i
        """);
  }

  @Test
  void accountsForEachClaimByItself() throws SQLException {
    // Given
    system.execute("UPDATE shop.job SET made = now() WHERE id = 2");
    long first = rows("id IN (1, 3)");
    long children = lines("job IN (1, 3)");
    long second = rows("id IN (4, 5)") + lines("job IN (4, 5)");
    List<ReceivedClaim> claims =
        List.of(claim("1", "2", "3"), claim("404"), claim("4", "5", "405"));

    // When
    RowCleanup.Carried carried = jobs().carryOut(claims, 2).orElseThrow();

    // Then
    List<CleanupOutcome> outcomes = carried.settled().stream().map(Settled::outcome).toList();
    assertThat(outcomes.stream().map(CleanupOutcome::event).toList())
        .isEqualTo(claims.stream().map(ReceivedClaim::identity).toList());
    assertThat(counts(outcomes.get(0))).isEqualTo(Map.of("deleted", 2L, "changed", 1L));
    assertThat(outcomes.get(0).reclaimed()).isEqualTo(new Reclaimed(6, 0, first + children));
    assertThat(outcomes.get(0).children()).isEqualTo(new Reclaimed(4, 0, children));
    assertThat(counts(outcomes.get(1))).isEqualTo(Map.of("missing", 1L));
    assertThat(counts(outcomes.get(2))).isEqualTo(Map.of("deleted", 2L, "missing", 1L));
    assertThat(outcomes.get(2).reclaimed()).isEqualTo(new Reclaimed(11, 0, second));
    assertThat(carried.rows()).isEqualTo(17);
    assertThat(system.ids("shop.job")).containsExactly("2", "6", "7", "8", "9");
    assertThat(
            system.number(
                "SELECT count(DISTINCT xmin::text) FROM reclaim.ledger WHERE id IN ('%s', '%s', '%s')"
                    .formatted(
                        claims.get(0).identity().id(),
                        claims.get(1).identity().id(),
                        claims.get(2).identity().id())))
        .as("transactions")
        .isOne();
  }

  @Test
  void tellsLabelsOfRowsAndChildrenClaimByClaim() throws SQLException {
    // When
    List<Settled> settled =
        share(jobs("labels: { tenant: tenant }"), claim("1", "2"), claim("3", "4"));

    // Then
    assertThat(
            settled.get(1).outcome().labelled().stream()
                .map(part -> part.labels().get("tenant") + " " + part.reclaimed().rows())
                .toList())
        .containsExactlyInAnyOrder("t1 4", "t0 5");
  }

  @Test
  void saysAgainWhatWasCarriedOutBesideWhatIsNew() throws SQLException {
    // Given
    ReceivedClaim before = claim("1");
    Settled said = share(jobs(), before).get(0);

    // When
    RowCleanup.Carried carried = jobs().carryOut(List.of(before, claim("2")), 1).orElseThrow();

    // Then
    assertThat(carried.settled().get(0)).isEqualTo(said);
    assertThat(counts(carried.settled().get(1).outcome())).isEqualTo(Map.of("deleted", 1L));
    assertThat(carried.rows()).as("rows of this transaction").isEqualTo(3);
  }

  @Test
  void countsAKeyOfTwoClaimsOnce() throws SQLException {
    List<Settled> settled = share(jobs(), claim("1", "2"), claim("2", "3"));
    assertThat(
            settled.stream().mapToLong(it -> it.outcome().counts().deleted()).sum()
                + 10 * settled.stream().mapToLong(it -> it.outcome().counts().missing()).sum())
        .isEqualTo(13);
  }

  @Test
  void goesOneByOneWhereAKeyIsTwiceInOneClaimOrIsNone() throws SQLException {
    system.execute("UPDATE shop.job SET made = now() WHERE id = 2");
    assertThat(jobs().carryOut(List.of(claim("1"), claim("2", "02")), 1)).isEmpty();
    assertThat(jobs().carryOut(List.of(claim("1"), claim("no number")), 1)).isEmpty();
    assertThat(system.ids("shop.job")).hasSize(9);
    assertThat(system.number("SELECT count(*) FROM reclaim.ledger WHERE outcome IS NULL")).isZero();
  }

  @Test
  void waitsForNoLockOfTheApplicationAndLeavesItsRowToTheNextPass() throws SQLException {
    // Given
    List<ReceivedClaim> claims = List.of(claim("1", "2"), claim("3"));
    Connection application = system.begin("SELECT FROM shop.job WHERE id = 2 FOR UPDATE");

    // When
    Optional<RowCleanup.Carried> together = jobs().carryOut(claims, 1);
    Settled alone =
        jobs().carryOut(claims.get(0), (ExpiredRecords) claims.get(0).claim(), 1).settled().get(0);
    application.close();

    // Then
    assertThat(together).isEmpty();
    assertThat(counts(alone.outcome())).isEqualTo(Map.of("deleted", 1L, "locked", 1L));
  }

  /** The bytes that go are those of the version that the application commits meanwhile. */
  @Test
  void countsChildrenAsTheCascadeFindsThem() throws Exception {
    // Given a log line that grows while its job is being deleted
    system.execute("CREATE TABLE shop.pin (job bigint); CREATE INDEX ON shop.pin (job)");
    RowCleanup jobs = jobs("protect: [ { table: main.shop.pin, column: job } ]");
    List<ReceivedClaim> claims = List.of(claim("1", "2"), claim("3"));
    Connection application =
        system.begin("UPDATE shop.log SET line = repeat('longer', 20) WHERE id = 21");

    // When
    CompletableFuture<List<Settled>> deletion =
        CompletableFuture.supplyAsync(() -> shareInTheEnd(jobs, claims));
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                system.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0
                    || deletion.isDone());
    application.commit();
    long bytes = 0;
    application.close();
    List<Settled> settled = deletion.get(30, TimeUnit.SECONDS);
    for (Settled one : settled) {
      bytes += one.outcome().children().bytes();
    }

    // Then: as a table with the same lines would have them
    system.execute(
        """
        CREATE TABLE shop.twin (id bigint, job bigint, line text);
        INSERT INTO shop.twin SELECT n * 10 + i, n, repeat('x', n * i)
          FROM generate_series(1, 3) n, generate_series(1, n) i;
        UPDATE shop.twin SET line = repeat('longer', 20) WHERE id = 21
        """);
    assertThat(bytes).isEqualTo(system.bytes("shop.twin", LOG, "true"));
  }

  @Test
  void deletesChildrenItselfWhereTheCascadeIsSwitchedOff() throws SQLException {
    // Given
    system.execute("ALTER TABLE shop.job DISABLE TRIGGER ALL");

    // When
    List<Settled> settled = share(jobs(), claim("1", "2"));

    // Then
    assertThat(settled.get(0).outcome().children().rows()).isEqualTo(3);
    assertThat(system.number("SELECT count(*) FROM shop.log WHERE job IN (1, 2)")).isZero();
  }

  /** A trigger of the application may change children in our own transaction, before they go. */
  @Test
  void goesOneByOneWhereATriggerChangesTheChildrenOnTheirWay() throws SQLException {
    // Given
    system.execute(
        """
        CREATE FUNCTION shop.grow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          UPDATE shop.log SET line = line || 'and more' WHERE job = OLD.id;
          RETURN NULL;
        END $$;
        CREATE TRIGGER "A first" AFTER DELETE ON shop.job FOR EACH ROW EXECUTE FUNCTION shop.grow()
        """);

    // When
    Optional<RowCleanup.Carried> together = jobs().carryOut(List.of(claim("1"), claim("2")), 1);

    // Then
    assertThat(together).isEmpty();
    assertThat(system.ids("shop.job")).hasSize(9);
  }

  private RowCleanup jobs(String... more) {
    RowTarget target =
        Objects.requireNonNull(
            RowTargets.resolve(
                    system.policies(
                        """
                        policies:
                          - name: p
                            table: main.shop.job
                            expire: { after: P30D, by: made }
                            %s
                        """
                            .formatted(String.join("\n    ", more))),
                    databases)
                .get("p"));
    return new RowCleanup(
        databases.get("main"),
        target,
        new LinkedFileClaims(target.policy(), (store, text) -> Optional.empty()),
        "tester");
  }

  private static List<Settled> share(RowCleanup cleanup, ReceivedClaim... claims) {
    return cleanup.carryOut(List.of(claims), 1).orElseThrow().settled();
  }

  /** Again where the machine was too slow for the wait that a lock is given. */
  private static List<Settled> shareInTheEnd(RowCleanup cleanup, List<ReceivedClaim> claims) {
    Optional<RowCleanup.Carried> carried = Optional.empty();
    while (carried.isEmpty()) {
      carried = cleanup.carryOut(claims, 1);
    }
    return carried.get().settled();
  }

  private static ReceivedClaim claim(String... ids) {
    return received(new ExpiredRecords("p", null, NOW, Arrays.stream(ids).map(List::of).toList()));
  }

  private long rows(String where) throws SQLException {
    return system.bytes("shop.job", JOB, where);
  }

  private long lines(String where) throws SQLException {
    return system.bytes("shop.log", LOG, where);
  }
}

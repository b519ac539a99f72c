package dev.reclaim.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.LedgerRetention.Step;
import dev.reclaim.policy.DatabaseSettings;
import dev.reclaim.policy.Places;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresServers
class LedgerRetentionIT {
  private static final Duration KEEP = Duration.ofDays(45);

  /** In the first month that is due, and in the last that is not. */
  private static final String OLD = "(SELECT floor + 3 FROM reclaim.ledger_floor)";

  private final TestDatabase test;
  private final Databases databases;
  private final Database main;

  LedgerRetentionIT(TestDatabase test) {
    this.test = test;
    this.databases =
        Databases.open(
            new PolicyFile(
                "p.yaml",
                Map.of(
                    "main",
                    new DatabaseSettings("main", test.jdbcUrl(), test.user(), test.password())),
                Map.of(),
                List.of(),
                Map.of(),
                Places.unknown("p.yaml")),
            4,
            "test");
    this.main = databases.get("main");
  }

  @BeforeEach
  void book() {
    execute(
        """
        INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until, started_at, finished_at)
        SELECT 'logs/' || n, 'logs', now(), 'complete', 'c', 'o', now(), t, t
          FROM (SELECT n, (SELECT floor FROM reclaim.ledger_floor) + n * interval '1 day' AS t FROM generate_series(1, 2) n) d;
        INSERT INTO reclaim.run_space SELECT id, 'rows', 1, 1 FROM reclaim.run;
        INSERT INTO reclaim.dead_letter SELECT floor + 1, 's', 'dead', 'logs/1', 'why' FROM reclaim.ledger_floor;
        INSERT INTO reclaim.store_intent
        SELECT 's', 'a', 'a', 'v', floor + 1, 's', 'i', 7, 1, 'done', now(), now() FROM reclaim.ledger_floor;
        """);
    entry(OLD, "old-1", "tenant-1", 7);
    entry(OLD, "old-2", "tenant-2", 5);
    entry("current_date", "new", "tenant-1", 3);
  }

  /** Of a run, with labels, said. */
  private void entry(String day, String id, String tenant, long rows) {
    execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest, outcome, rows, files, bytes,
                                    completed_at, emitted_at)
        SELECT %1$s, 's', '%2$s', 'logs', 'logs/2', 'expired-records', 'd',
               jsonb_build_object('counts', jsonb_build_object('deleted', %4$d, 'deletedInferred', 0, 'marked', 1,
                 'protected', 0, 'held', 0, 'refused', 0, 'locked', 2, 'changed', 0, 'missing', 0, 'failed', 0),
                 'labelled', jsonb_build_array(jsonb_build_object('labels', jsonb_build_object('tenant', '%3$s'),
                   'deleted', %4$d, 'marked', 1,
                   'reclaimed', jsonb_build_object('rows', %4$d, 'files', 0, 'bytes', %4$d * 10)))),
               %4$d, 0, %4$d * 10, (%1$s)::timestamp AT TIME ZONE 'UTC' + interval '90 minutes', now()
        """
            .formatted(day, id, tenant, rows));
  }

  @AfterEach
  void close() {
    databases.close();
  }

  @Test
  void dropsAMonthAndKeepsItsSums() {
    // Given
    List<String> statistics = texts("SELECT s::text FROM reclaim.cleanup_statistics s");
    List<String> labels = texts("SELECT s::text FROM reclaim.cleanup_by_label s");
    LocalDate floor = floor();

    // When
    Step step = retention().dropOldest();

    // Then
    assertThat(step).isEqualTo(new Step.Dropped(floor));
    assertThat(floor()).isEqualTo(floor.plusMonths(1));
    assertThat(texts("SELECT id FROM reclaim.ledger")).containsExactly("new");
    assertThat(texts("SELECT s::text FROM reclaim.cleanup_statistics s")).isEqualTo(statistics);
    assertThat(texts("SELECT s::text FROM reclaim.cleanup_by_label s")).isEqualTo(labels);
    assertThat(texts("SELECT run || ' ' || rows || ' ' || bytes FROM reclaim.run_history"))
        .containsExactly("logs/2 15 150");
    assertThat(
            texts(
                "SELECT events || ' ' || rows || ' ' || locked FROM reclaim.ledger_totals WHERE span = 'hour'"))
        .containsExactly("2 12 4");
    for (String table : List.of("dead_letter", "store_intent")) {
      assertThat(texts("SELECT count(*) FROM reclaim." + table)).containsExactly("0");
    }
  }

  @Test
  void dropsEachMonthOnceHoweverManyAreAtIt() throws Exception {
    // When
    int dropped = 0;
    List<Step> steps = new ArrayList<>();
    do {
      steps.clear();
      Thread other = new Thread(() -> steps.add(retention().dropOldest()));
      other.start();
      Step step = retention().dropOldest();
      other.join();
      steps.add(step);
      dropped += (int) steps.stream().filter(Step.Dropped.class::isInstance).count();
    } while (steps.stream().anyMatch(Step.Dropped.class::isInstance));

    // Then
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    assertThat(dropped).isGreaterThan(9);
    assertThat(floor()).isAfter(today.minusDays(45 + 31)).isBeforeOrEqualTo(today.minusDays(45));
    assertThat(texts("SELECT sum(events)::text FROM reclaim.cleanup_statistics"))
        .containsExactly("3");
    Databases.prepareLedger(main);
    assertThat(
            texts(
                "SELECT to_regclass('reclaim.ledger_' || to_char(%s, 'YYYY_MM'))::text IS NOT NULL"
                    .formatted("current_date")))
        .containsExactly("t");
  }

  @Test
  void keepsAMonthWithAnOutcomeThatWasNotSaid() {
    execute("UPDATE reclaim.ledger SET emitted_at = NULL WHERE id = 'old-2'");

    refuses("it holds outcomes that are not known to be on their topic");
  }

  @Test
  void keepsAMonthWithAnOpenIntent() {
    execute("UPDATE reclaim.store_intent SET state = 'intent'");

    refuses("a file of it is about to be deleted");
  }

  @Test
  void keepsAMonthWithAFileOnItsWayIntoAQuarantineOrOutOfIt() {
    execute(
        """
        INSERT INTO reclaim.quarantined_file (store, name, path, version, size, policy, run, state, planned_on, source, id)
        SELECT 's', 'n', 'a', 'v', 7, 'logs', 'logs/1', 'moving', floor + 1, 's', 'i' FROM reclaim.ledger_floor
        """);
    for (String state : List.of("moving", "purging", "restoring")) {
      execute("UPDATE reclaim.quarantined_file SET state = '%s'".formatted(state));
      refuses("a file of it is about to leave a quarantine, or to enter it");
    }
    execute("UPDATE reclaim.quarantined_file SET state = 'kept'");
    assertThat(retention().dropOldest()).isInstanceOf(Step.Dropped.class);
  }

  @Test
  void keepsAMonthWithAPartitionThatIsJustDropped() {
    execute(
        """
        INSERT INTO reclaim.partition_intent
               (relation, name, parent, parent_name, lower_bound, upper_bound, bound, policy, planned_on, source, id)
        SELECT 1, 'p', 2, 't', '', '', '', 'logs', floor + 1, 's', 'i' FROM reclaim.ledger_floor
        """);

    refuses("a partition of it is about to be dropped");
  }

  @Test
  void keepsAMonthWithAnUnfinishedRun() {
    execute("UPDATE reclaim.run SET finished_at = NULL WHERE id = 'logs/1'");

    refuses("a run of it is not finished");
  }

  private void refuses(String why) {
    LocalDate floor = floor();
    assertThat(retention().dropOldest()).isEqualTo(new Step.Refused(floor, why));
    assertThat(floor()).isEqualTo(floor);
    assertThat(texts("SELECT count(*) FROM reclaim.ledger")).containsExactly("3");
    assertThat(texts("SELECT count(*) FROM reclaim.ledger_totals")).containsExactly("0");
  }

  @Test
  void waitsForNobodyForLong() throws SQLException {
    // Given a worker in the middle of an entry of the month
    try (Connection worker = test.connect();
        Statement statement = worker.createStatement()) {
      worker.setAutoCommit(false);
      statement.execute("UPDATE reclaim.ledger SET rows = rows + 1 WHERE id = 'old-1'");

      // When, then
      assertThatThrownBy(() -> retention().dropOldest()).isInstanceOf(JdbiException.class);
      worker.commit();
    }
    assertThat(retention().dropOldest()).isInstanceOf(Step.Dropped.class);
    assertThat(texts("SELECT sum(rows)::text FROM reclaim.cleanup_statistics"))
        .containsExactly("16");
  }

  @Test
  void sumsLabelsBeyondTheThousandthAsTheRest() {
    // Given
    execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, kind, payload_digest, outcome, rows, bytes, completed_at, emitted_at)
        SELECT planned_on, source, id || n, policy, kind, '', jsonb_set(outcome, '{labelled,0,labels,tenant}', to_jsonb('t' || n)),
               rows, bytes, completed_at + interval '1 day', now()
          FROM reclaim.ledger, generate_series(1, 1200) n WHERE id = 'old-1'
        """);
    long rows = number("SELECT sum(rows) FROM reclaim.cleanup_by_label");

    // When
    retention().dropOldest();

    // Then
    assertThat(
            number("SELECT count(DISTINCT labels) FROM reclaim.ledger_totals WHERE span = 'day'"))
        .isEqualTo(1001);
    assertThat(
            number(
                "SELECT sum(rows) FROM reclaim.ledger_totals WHERE labels ->> 'tenant' = '(other)'"))
        .isEqualTo(202 * 7);
    assertThat(number("SELECT sum(rows) FROM reclaim.cleanup_by_label")).isEqualTo(rows);
  }

  private LedgerRetention retention() {
    return new LedgerRetention(main, KEEP);
  }

  private LocalDate floor() {
    return LocalDate.parse(texts("SELECT floor::text FROM reclaim.ledger_floor").get(0));
  }

  private long number(String sql) {
    return Long.parseLong(texts(sql).get(0));
  }

  private List<String> texts(String sql) {
    return main.jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  private void execute(String sql) {
    main.inTransaction(
        handle -> {
          try (Statement statement = handle.getConnection().createStatement()) {
            return statement.execute(sql);
          }
        });
  }
}

package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RequiresServers
class VacuumAfterIT {
  private static final String TABLES =
      """
      CREATE TABLE job (id bigint PRIMARY KEY, at timestamptz) WITH (autovacuum_enabled = false);
      CREATE TABLE log (id bigint PRIMARY KEY, job_id bigint REFERENCES job ON DELETE CASCADE)
        WITH (autovacuum_enabled = false);
      CREATE INDEX ON log (job_id);
      CREATE TABLE plain (id bigint PRIMARY KEY, at timestamptz) WITH (autovacuum_enabled = false);
      INSERT INTO job SELECT n, now() FROM generate_series(1, 100) n;
      INSERT INTO log SELECT n, n FROM generate_series(1, 100) n;
      INSERT INTO plain SELECT n, now() FROM generate_series(1, 100) n;
      INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until)
      VALUES ('r1', 'jobs', now(), 'complete', 'c', 'me', now());
      """;

  private static final String POLICIES =
      """
      - { name: jobs, table: main.public.job, expire: { after: 30d, by: at }, vacuum: after }
      - { name: plain, table: main.public.plain, expire: { after: 30d, by: at } }
      """;

  private final TestDatabase server;
  private final TestPolicies policies;

  VacuumAfterIT(TestDatabase server) {
    this.server = server;
    this.policies = TestPolicies.of(server, TABLES, "", POLICIES);
  }

  @AfterEach
  void close() {
    policies.close();
  }

  @Test
  void vacuumsAndAnalyzesTheTableAndItsChildrenOnce() throws InterruptedException {
    // Given
    policies.execute("DELETE FROM job WHERE id <= 60");

    // When
    RunResult after = vacuum("jobs", 60);

    // Then
    assertThat(after.notes()).isEmpty();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> vacuums("vacuum_count").equals("job 1, log 1, plain 0"));
    assertThat(vacuums("analyze_count")).isEqualTo("job 1, log 1, plain 0");
    assertThat(
            policies.texts(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"))
        .containsExactly("0");
  }

  @Test
  void leavesTablesAloneOfWhichLittleWentOrWhosePolicySaysNothing() throws InterruptedException {
    policies.execute("ANALYZE job");
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> vacuums("analyze_count").startsWith("job 1"));

    assertThat(vacuum("jobs", 10).notes()).isEmpty();
    assertThat(vacuum("plain", 1_000_000).notes()).isEmpty();
    assertThat(vacuums("vacuum_count")).isEqualTo("job 0, log 0, plain 0");
  }

  @Test
  void aRoleThatMayNotIsANoteOfTheRunAndNothingElse() throws Exception {
    // Given
    policies.execute(
        """
        CREATE ROLE modest LOGIN PASSWORD 'modest';
        GRANT USAGE ON SCHEMA reclaim, public TO modest;
        GRANT ALL ON job TO modest;
        GRANT SELECT, UPDATE ON reclaim.run TO modest
        """);
    PolicyFile file =
        PolicyFileReader.read(
            "p.yaml",
            """
            databases:
              main: { url: "%s", user: modest, password: "${P}" }
            policies:
            %s"""
                .formatted(server.jdbcUrl(), POLICIES.indent(2)),
            name -> "modest");
    try (Databases databases = Databases.connect(file, 2, "test")) {
      // When
      RunResult after =
          new VacuumAfter(databases, policies.targets())
              .after(file.policies().get(0), result("jobs", 60));

      // Then
      List<String> notes =
          List.of(
              "main.public.log was not vacuumed: the right to is missing, which validate names");
      assertThat(after.notes()).isEqualTo(notes);
      assertThat(after.state()).isEqualTo(RunResult.State.COMPLETE);
      assertThat(policies.texts("SELECT unnest(notes) FROM reclaim.run")).isEqualTo(notes);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> vacuums("vacuum_count").equals("job 1, log 0, plain 0"));
    } finally {
      policies.execute("DROP OWNED BY modest; DROP ROLE modest");
    }
  }

  @Test
  void waitsForNoTableThatSomebodyHasLocked() throws Exception {
    try (Connection other = server.connect()) {
      // Given
      other.setAutoCommit(false);
      execute(other, "LOCK TABLE job IN SHARE UPDATE EXCLUSIVE MODE");

      // When
      long began = System.nanoTime();
      RunResult after = vacuum("jobs", 60);

      // Then
      assertThat(after.notes())
          .containsExactly(
              "main.public.job was not vacuumed: ERROR: canceling statement due to lock timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isLessThan(Duration.ofSeconds(VacuumSession.LOCK_SECONDS + 10L));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> vacuums("vacuum_count").equals("job 0, log 1, plain 0"));
    }
  }

  @Test
  void waitsForAnotherVacuumOfOurs() throws Exception {
    try (Connection other = server.connect()) {
      // Given
      execute(other, "SELECT pg_advisory_lock(hashtext('reclaim.vacuum'))");
      CompletableFuture<RunResult> waiting =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return vacuum("jobs", 60);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      TimeUnit.SECONDS.sleep(2);
      assertThat(waiting).isNotDone();
      assertThat(vacuums("vacuum_count")).isEqualTo("job 0, log 0, plain 0");

      // When
      execute(other, "SELECT pg_advisory_unlock(hashtext('reclaim.vacuum'))");

      // Then
      assertThat(waiting.get(20, TimeUnit.SECONDS).notes()).isEmpty();
    }
  }

  private RunResult vacuum(String policy, long deleted) throws InterruptedException {
    return new VacuumAfter(
            policies.databases(), RowTargets.resolve(policies.file(), policies.databases()))
        .after(policies.policy(policy), result(policy, deleted));
  }

  private static RunResult result(String policy, long deleted) {
    return new RunResult(
        "r1",
        policy,
        Instant.EPOCH,
        RunResult.State.COMPLETE,
        false,
        deleted,
        0,
        0,
        0,
        new OutcomeCounts(deleted, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        OutcomeCounts.NONE,
        Reclaimed.NOTHING,
        OptionalLong.empty(),
        0,
        Optional.empty(),
        List.of());
  }

  private String vacuums(String count) {
    return String.join(
        ", ",
        policies.texts(
            "SELECT relname || ' ' || %s FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY 1"
                .formatted(count)));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

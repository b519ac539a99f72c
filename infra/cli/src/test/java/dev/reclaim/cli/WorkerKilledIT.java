package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.cli.demo.Amounts;
import dev.reclaim.cli.demo.Oracle;
import dev.reclaim.cli.demo.Verdict;
import dev.reclaim.planner.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Workers that are killed change nothing in the accounts.
 *
 * <p>A lock on one table keeps the drain from ending before the kills: its claims wait, each in an
 * open transaction that has written its ledger row already.
 */
class WorkerKilledIT {
  private static final Amounts AMOUNTS = new Amounts(20_000, 1_000);
  private static final long SEED = 20261121;
  private static final int KILLS = 2;
  private static final int EVENTS_BETWEEN_KILLS_MAX = 6;

  private static final String IN_TRANSACTION =
      """
      SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                      WHERE application_name LIKE 'reclaim-worker-%-' || ? AND wait_event_type = 'Lock')
      """;

  @TempDir private static Path directory;

  private static SamplePipeline pipeline;

  private final ExecutorService planning = Executors.newSingleThreadExecutor();

  @BeforeAll
  static void startServers() throws IOException {
    pipeline = new SamplePipeline(directory);
  }

  @AfterAll
  static void stopServers() {
    pipeline.close();
  }

  @AfterEach
  void stopPlanning() {
    planning.shutdownNow();
  }

  @Test
  void aWorkerKilledInTheMiddleOfATransactionChangesNothingInTheAccounts() throws Exception {
    // Given
    Account before = pipeline.ledger();
    Oracle oracle = pipeline.plant(AMOUNTS);
    List<ReclaimProcess> workers = pipeline.startWorkers(2);
    Future<PolicyRuns.Results> runs;

    // When
    try (Connection lock = lock("trading", "stream_data")) {
      runs = planning.submit(pipeline::run);
      await().atMost(Duration.ofSeconds(60)).until(() -> pipeline.settled() > 0);
      ReclaimProcess victim = inTransaction(workers);
      victim.kill();
      assertThat(victim.process().exitValue()).isEqualTo(128 + 9);
      assertThat(pipeline.settled()).isPositive();
      assertThat(pipeline.unsettled()).isPositive();
    }
    try (ReclaimProcess third = pipeline.startWorker()) {
      requireExact(runs, oracle, before);
      assertThat(third.errors()).doesNotContain("ERROR");
    } finally {
      workers.forEach(ReclaimProcess::close);
    }
  }

  @Test
  void workersKilledTogetherAgainAndAgainChangeNothingInTheAccounts() throws Exception {
    // Given
    Random random = new Random(SEED);
    Account before = pipeline.ledger();
    Oracle oracle = pipeline.plant(AMOUNTS);
    List<ReclaimProcess> workers = pipeline.startWorkers(2);
    Future<PolicyRuns.Results> runs;

    // When
    try (Connection lock = lock("video", "image_analysis")) {
      long settled = pipeline.settled();
      runs = planning.submit(pipeline::run);
      for (int kill = 1; kill <= KILLS; kill++) {
        long next = settled + 1 + random.nextInt(EVENTS_BETWEEN_KILLS_MAX);
        await("kill " + kill + " of seed " + SEED)
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> pipeline.settled() >= next);
        workers.forEach(ReclaimProcess::close);
        assertThat(pipeline.unsettled()).isPositive();
        workers = pipeline.startWorkers(2);
        settled = pipeline.settled();
      }
    }

    // Then
    try {
      requireExact(runs, oracle, before);
    } finally {
      workers.forEach(ReclaimProcess::close);
    }
  }

  private static void requireExact(
      Future<PolicyRuns.Results> runs, Oracle oracle, Account ledgerBefore) throws Exception {
    PolicyRuns.Results results = runs.get(2, TimeUnit.MINUTES);
    assertThat(results.stopped()).isEmpty();
    assertThat(results.done())
        .allSatisfy(run -> assertThat(run.state()).as(run.toString()).isEqualTo(RunResult.State.COMPLETE));
    Verdict verdict = oracle.after();
    assertThat(verdict.planted().rows()).isGreaterThanOrEqualTo(AMOUNTS.rows());
    assertThat(verdict.deleted()).isEqualTo(verdict.planted());
    assertThat(verdict.wronglyDeleted()).isZero();
    assertThat(verdict.leftBehind()).isZero();
    Account ledger = pipeline.ledger();
    assertThat(ledger).isEqualTo(ledgerBefore.plus(verdict.deleted()));
    assertThat(pipeline.metrics(ledger)).isEqualTo(ledger);
  }

  /** Others may still read the table, and nobody write. Closing the connection lets go. */
  private static Connection lock(String database, String table) throws SQLException {
    Connection connection = pipeline.connect(database);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + table + " IN EXCLUSIVE MODE");
    }
    return connection;
  }

  /** The first worker that is seen waiting for the lock. */
  private static ReclaimProcess inTransaction(List<ReclaimProcess> workers) throws SQLException {
    try (Connection connection = pipeline.connect("trading");
        PreparedStatement statement = connection.prepareStatement(IN_TRANSACTION)) {
      return await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> workers.stream().filter(worker -> waits(statement, worker)).findFirst(),
              Optional::isPresent)
          .orElseThrow();
    }
  }

  private static boolean waits(PreparedStatement statement, ReclaimProcess worker) {
    try {
      statement.setString(1, Long.toString(worker.process().pid()));
      try (ResultSet answer = statement.executeQuery()) {
        return answer.next() && answer.getBoolean(1);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}

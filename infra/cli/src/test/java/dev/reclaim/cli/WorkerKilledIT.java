package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.cli.demo.Amounts;
import dev.reclaim.cli.demo.Label;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
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
  private static final int SIGKILL_EXIT = 128 + 9;
  private static final int SIGTERM_EXIT = 128 + 15;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String IN_TRANSACTION =
      """
      SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                      WHERE application_name LIKE 'reclaim-worker-%-' || ? AND wait_event_type = 'Lock')
      """;

  /** A table with rows that have to go. */
  private record Table(String database, String name) {
    private static final Table STREAM_DATA = new Table("trading", "stream_data");
    private static final List<Table> ALL =
        List.of(STREAM_DATA, new Table("video", "image_analysis"), new Table("jobs", "jobs"));
  }

  @TempDir private static Path directory;

  private static SamplePipeline pipeline;
  private static Map<Label, Account> labelsBefore = Map.of();

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
    long settledBefore = pipeline.settled();
    ReclaimProcess victim;
    try (Connection lock = lock(Table.STREAM_DATA)) {
      runs = planning.submit(pipeline::run);
      await().atMost(PATIENCE).until(() -> pipeline.settled() > settledBefore);
      victim = inTransaction(Table.STREAM_DATA, workers);
      victim.kill();
      assertThat(victim.process().exitValue()).isEqualTo(SIGKILL_EXIT);
      assertThat(pipeline.unsettled()).isPositive();
    }
    List<ReclaimProcess> left = new ArrayList<>(workers);
    left.remove(victim);
    left.addAll(pipeline.startWorkers(1));

    // Then
    requireExact(runs, oracle, before);
    stop(left);
  }

  @Test
  void workersKilledTogetherAgainAndAgainChangeNothingInTheAccounts() throws Exception {
    // Given
    List<Table> tables = new ArrayList<>(Table.ALL);
    Collections.shuffle(tables, new Random(SEED));
    Account before = pipeline.ledger();
    Oracle oracle = pipeline.plant(AMOUNTS);
    List<ReclaimProcess> workers = pipeline.startWorkers(2);
    Deque<Connection> locks = new ArrayDeque<>();

    // When
    Future<PolicyRuns.Results> runs;
    try {
      for (Table table : tables) {
        locks.add(lock(table));
      }
      runs = planning.submit(pipeline::run);
      for (Table table : tables) {
        inTransaction(table, workers);
        for (ReclaimProcess worker : workers) {
          worker.kill();
        }
        assertThat(pipeline.unsettled()).as("%s, seed %d", table, SEED).isPositive();
        workers = pipeline.startWorkers(2);
        locks.remove().close();
      }
    } finally {
      for (Connection left : locks) {
        left.close();
      }
    }

    // Then
    requireExact(runs, oracle, before);
    stop(workers);
  }

  private static void requireExact(
      Future<PolicyRuns.Results> runs, Oracle oracle, Account ledgerBefore) throws Exception {
    PolicyRuns.Results results = runs.get(2, TimeUnit.MINUTES);
    assertThat(results.stopped()).isEmpty();
    assertThat(results.done())
        .allSatisfy(
            run -> assertThat(run.state()).as(run.toString()).isEqualTo(RunResult.State.COMPLETE));
    Verdict verdict = oracle.after();
    assertThat(verdict.planted().rows()).isGreaterThanOrEqualTo(AMOUNTS.rows());
    assertThat(verdict.deleted()).isEqualTo(verdict.planted());
    assertThat(verdict.wronglyDeleted()).isZero();
    assertThat(verdict.leftBehind()).isZero();
    Account ledger = pipeline.ledger();
    assertThat(ledger).isEqualTo(ledgerBefore.plus(verdict.deleted()));
    assertThat(pipeline.metrics(ledger)).isEqualTo(ledger);
    Map<Label, Account> labels = pipeline.ledgerByLabel();
    oracle
        .labels()
        .forEach(
            (label, went) -> assertThat(labels.get(label)).isEqualTo(before(label).plus(went)));
    assertThat(pipeline.metricsByLabel(labels)).isEqualTo(labels);
    labelsBefore = labels;
  }

  private static Account before(Label label) {
    return labelsBefore.getOrDefault(label, Account.NOTHING);
  }

  /** Ends them as an operator would. */
  private static void stop(List<ReclaimProcess> workers) throws InterruptedException {
    for (ReclaimProcess worker : workers) {
      assertThat(worker.stop()).isEqualTo(SIGTERM_EXIT);
      assertThat(worker.errors()).doesNotContain("ERROR");
    }
  }

  /** Others may still read the table, and nobody write. Closing the connection lets go. */
  private static Connection lock(Table table) throws SQLException {
    Connection connection = pipeline.connect(table.database());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + table.name() + " IN EXCLUSIVE MODE");
    }
    return connection;
  }

  /** The first worker that is seen waiting for the lock. */
  private static ReclaimProcess inTransaction(Table table, List<ReclaimProcess> workers)
      throws SQLException {
    try (Connection connection = pipeline.connect(table.database());
        PreparedStatement statement = connection.prepareStatement(IN_TRANSACTION)) {
      return await()
          .atMost(PATIENCE)
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

package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many planners over one database. */
@RequiresServers
@Timeout(180)
class PlannersIT {
  private static final int PLANNERS = 10;
  private static final int SLOTS = 20;
  private static final Instant FIRST_SLOT = Instant.parse("2024-05-01T02:00:00Z");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TAKEN_OVER_WITHIN = Duration.ofSeconds(15);
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final String POLICIES =
      """
      - name: jobs
        table: main.public.job
        expire: { after: P30D, by: at }
        schedule: { cron: "0 0 1 1 *" }
        enabled: true
      """;
  private static final String TABLES =
      """
      CREATE TABLE job (id int PRIMARY KEY, at timestamptz NOT NULL);
      INSERT INTO job SELECT i, now() - interval '40 days' FROM generate_series(1, 2500) i;
      """;

  private final TestDatabase database;
  private final KafkaSettings kafka;
  private final TestPolicies policies;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  PlannersIT(TestServers servers, TestDatabase database) {
    this.database = database;
    Topics topics = new Topics("planners-%d.".formatted(PREFIXES.incrementAndGet()));
    this.kafka = new KafkaSettings(servers.kafkaBootstrap(), topics, 4, (short) -1);
    this.policies = TestPolicies.of(database, TABLES, "", POLICIES);
  }

  @BeforeEach
  void createTopics() {
    TopicSetup.ensure(kafka);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    policies.close();
  }

  @Test
  void tenCarryOutEachSlotOnce() throws Exception {
    List<Planner> planners = new ArrayList<>();
    try (StandInWorker worker = new StandInWorker(kafka, policies.main())) {
      // Given
      IntStream.range(0, PLANNERS).forEach(i -> planners.add(planner("planner-" + i)));

      // When each wants every slot
      List<Callable<List<String>>> work = new ArrayList<>();
      planners.forEach(planner -> work.add(() -> carryOutAll(planner)));
      List<String> carriedOut = new ArrayList<>();
      for (Future<List<String>> runs : threads.invokeAll(work)) {
        carriedOut.addAll(runs.get());
      }

      // Then
      List<String> slots = slots().map(slot -> "jobs/" + slot).toList();
      assertThat(carriedOut).containsExactlyInAnyOrderElementsOf(slots);
      assertThat(policies.texts("SELECT id FROM reclaim.run WHERE state = 'complete'"))
          .containsExactlyInAnyOrderElementsOf(slots);
      assertThat(worker.deleted()).hasSize(2500).doesNotHaveDuplicates();
    } finally {
      planners.forEach(Planner::close);
    }
  }

  private List<String> carryOutAll(Planner planner) throws InterruptedException {
    List<String> runs = new ArrayList<>();
    for (Instant slot : slots().toList()) {
      planner
          .run(policies.policy("jobs"), RunRequest.slot(slot), RunProgress.SILENT)
          .ifPresent(result -> runs.add(result.run()));
    }
    return runs;
  }

  private static Stream<Instant> slots() {
    return IntStream.range(0, SLOTS).mapToObj(i -> FIRST_SLOT.plusSeconds(60L * i));
  }

  @Test
  void takesOverFromOneThatWasKilledWithinSeconds(@TempDir Path directory) throws Exception {
    try (StandInWorker worker = new StandInWorker(kafka, policies.main()).paused();
        PlannerProcess killed = PlannerProcess.start(kafka, file(directory), database.password())) {
      // Given one that waits for workers
      await()
          .atMost(PATIENCE)
          .until(() -> !texts("SELECT 1 FROM reclaim.scheduled_tasks").isEmpty());
      policies.execute(
          "UPDATE reclaim.scheduled_tasks SET execution_time = '%s'".formatted(FIRST_SLOT));
      await()
          .atMost(PATIENCE)
          .until(() -> texts("SELECT state FROM reclaim.run").contains("draining"));
      try (Planner other = planner("other");
          Schedules schedules =
              Schedules.start("other", policies.file(), policies.databases(), other)) {
        assertThat(schedules).isNotNull();

        // When
        killed.kill();
        Instant died = Instant.now();
        String position = texts("SELECT position FROM reclaim.run").get(0);
        await()
            .atMost(PATIENCE)
            .until(() -> texts("SELECT owner FROM reclaim.run").contains("other"));

        // Then
        assertThat(Duration.between(died, Instant.now())).isLessThan(TAKEN_OVER_WITHIN);
        assertThat(texts("SELECT position FROM reclaim.run")).containsExactly(position);
        worker.resume();
        await()
            .atMost(PATIENCE)
            .until(() -> texts("SELECT state FROM reclaim.run").contains("complete"));
        assertThat(worker.claimed()).hasSize(2500).doesNotHaveDuplicates();
        await()
            .atMost(PATIENCE)
            .until(
                () -> !texts("SELECT 1 FROM reclaim.scheduled_tasks WHERE NOT picked").isEmpty());
        assertThat(texts("SELECT id FROM reclaim.run")).containsExactly("jobs/" + FIRST_SLOT);
      }
    }
  }

  private Path file(Path directory) throws Exception {
    return Files.writeString(
        directory.resolve("p.yaml"),
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        policies:
        %s"""
            .formatted(database.jdbcUrl(), database.user(), POLICIES.indent(2)));
  }

  private Planner planner(String owner) {
    return Planner.start(
        owner, kafka, policies.file(), policies.databases(), policies.targets(), Map.of());
  }

  private List<String> texts(String sql) {
    return policies.texts(sql);
  }
}

package dev.reclaim.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.planner.RunResult.State;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresServers
@Timeout(60)
class PlannerIT {
  private static final AtomicInteger PREFIXES = new AtomicInteger();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String POLICIES =
      """
      - name: jobs
        table: main.public.job
        expire: { after: P30D, by: at }
        schedule: { cron: "* * * * *" }
        enabled: true
      - name: shown-only
        table: main.public.other
        expire: { after: P30D, by: at }
        schedule: { cron: "* * * * *" }
      """;
  private static final String TABLES =
      """
      CREATE TABLE job (id int PRIMARY KEY, at timestamptz NOT NULL);
      CREATE TABLE other (id int PRIMARY KEY, at timestamptz NOT NULL);
      INSERT INTO job SELECT i, now() - make_interval(days => CASE WHEN i <= 2500 THEN 40 ELSE 1 END)
        FROM generate_series(1, 3000) i;
      """;

  private final TestServers servers;
  private final KafkaSettings kafka;
  private final TestPolicies policies;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  PlannerIT(TestServers servers, TestDatabase database) {
    this.servers = servers;
    this.kafka = kafka();
    this.policies =
        TestPolicies.of(database, TABLES, "files: { directory: /tmp, state: main }\n", POLICIES);
  }

  private KafkaSettings kafka() {
    Topics topics = new Topics("planner-%d.".formatted(PREFIXES.incrementAndGet()));
    return new KafkaSettings(servers.kafkaBootstrap(), topics, 4, (short) -1);
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
  void endsCompleteWithTheAccountOfTheLedger() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given
      policies.execute("INSERT INTO job VALUES (5001, '-infinity'), (5002, '-infinity')");

      // When
      RunResult result = run(planner);

      // Then
      assertThat(result.state()).isEqualTo(State.COMPLETE);
      assertThat(result.problem()).isEmpty();
      assertThat(result.claimed()).isEqualTo(2500);
      assertThat(result.undated()).isEqualTo(2);
      assertThat(result.counts()).isEqualTo(counts(2500, 0));
      assertThat(result.fileCounts()).isEqualTo(OutcomeCounts.NONE);
      assertThat(result.reclaimed()).isEqualTo(new Reclaimed(2500, 0, 25_000));
      assertThat(result.notes()).containsExactly("as the worker says");
      assertThat(result.resumed()).isFalse();
      assertThat(worker.deleted()).containsExactlyInAnyOrderElementsOf(ids(1, 2500));
      assertThat(policies.texts("SELECT count(*) FROM reclaim.run_event")).containsExactly("0");
      assertThat(policies.texts("SELECT state || ' ' || rows FROM reclaim.policy_status"))
          .containsExactly("complete 2500");
    }
  }

  @Test
  void hasNothingToDoTwice() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given
      run(planner);
      policies.execute("DELETE FROM job WHERE at < now() - interval '30 days'");

      // When
      RunResult again = run(planner);

      // Then
      assertThat(again.state()).isEqualTo(State.COMPLETE);
      assertThat(again.claimed()).isZero();
      assertThat(worker.deleted()).hasSize(2500);
    }
  }

  @Test
  void waitsForTheFollowUpsThatTheLedgerNames() throws Exception {
    try (StandInWorker worker = worker().withFollowUps();
        Planner planner = planner("one")) {
      // Given
      Future<RunResult> running = threads.submit(() -> run(planner));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(worker.followUps()).hasSize(3));

      // When
      worker.settle(worker.followUps().get(0));
      worker.settle(worker.followUps().get(1));
      worker.deadLetter(worker.followUps().get(2), Refusal.NOT_ENTITLED, "an impostor");
      await().during(Duration.ofMillis(1500)).until(() -> !running.isDone());
      worker.deadLetter(worker.followUps().get(2), Refusal.OUTSIDE_POLICY, "no such store");

      // Then
      RunResult result = running.get(20, TimeUnit.SECONDS);
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.fileCounts().deleted()).isEqualTo(2);
      assertThat(result.reclaimed()).isEqualTo(new Reclaimed(2500, 2, 25_014));
      assertThat(result.problem())
          .contains("1 events are among the dead letters, the first because: no such store");
    }
  }

  @Test
  void looksOnceMoreForLockedRows() throws Exception {
    try (StandInWorker worker = worker().locking(7, 1).locking(2400, 2);
        Planner planner = planner("one")) {
      // When
      RunResult result = run(planner);

      // Then
      assertThat(result.state()).isEqualTo(State.COMPLETE);
      assertThat(result.counts().deleted()).isEqualTo(2500);
      assertThat(result.counts().locked()).isEqualTo(3);
      assertThat(worker.deleted()).containsExactlyInAnyOrderElementsOf(ids(1, 2500));
    }
  }

  @Test
  void saysHowManyRowsStayedLocked() throws Exception {
    // Given
    policies.execute("DELETE FROM job WHERE id > 2");
    try (StandInWorker worker = worker().locking(1, 9).locking(2, 9);
        Planner planner = planner("one")) {
      // When
      RunResult result = run(planner);

      // Then
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.problem()).contains("2 rows stayed locked by other sessions over 3 passes");
      assertThat(worker.claimed()).hasSize(6);
      assertThat(result.counts()).isEqualTo(counts(0, 6));
    }
  }

  @Test
  void endsIncompleteWithTheReasonOfADeadLetter() throws Exception {
    try (StandInWorker worker = worker().refusing("2001");
        Planner planner = planner("one")) {
      // When
      RunResult result = run(planner);

      // Then
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.deadLetters()).isEqualTo(worker.refused()).isEqualTo(1);
      assertThat(result.problem())
          .contains("1 events are among the dead letters, the first because: it is refused");
      assertThat(policies.texts("SELECT state FROM reclaim.run")).containsExactly("incomplete");
    }
  }

  @Test
  void readsDeadLettersOnAfterTheDatabaseWasAway() throws Exception {
    try (StandInWorker worker = worker().refusing("2001");
        Planner planner = planner("one")) {
      // Given
      policies.execute("ALTER TABLE reclaim.dead_letter ADD CONSTRAINT away CHECK (false)");
      Future<RunResult> running = threads.submit(() -> run(planner));
      await().atMost(PATIENCE).until(() -> worker.refused() == 1);
      await().during(Duration.ofMillis(1500)).until(() -> !running.isDone());

      // When
      policies.execute("ALTER TABLE reclaim.dead_letter DROP CONSTRAINT away");

      // Then
      assertThat(running.get(20, TimeUnit.SECONDS).deadLetters()).isEqualTo(1);
    }
  }

  @Test
  void givesUpARunWhoseEventsAreOnAnotherKafka() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given a run that was interrupted on a broker that is gone, with an event that nobody has
      policies.execute(
          """
          INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until)
          VALUES ('jobs/lost', 'jobs', now(), 'draining', 'gone', 'dead', now() - interval '1 second');
          INSERT INTO reclaim.run_event (run, id, source, planned_on, pass)
          VALUES ('jobs/lost', 'jobs/lost/1/x', 'reclaim/planner', current_date, 1)
          """);

      // When
      RunResult result = run(planner);

      // Then
      assertThat(result.state()).isEqualTo(RunResult.State.COMPLETE);
      assertThat(result.resumed()).isFalse();
      assertThat(worker.refused()).isZero();
      assertThat(
              texts("SELECT problem FROM reclaim.run WHERE id = 'jobs/lost' AND state = 'failed'"))
          .containsExactly("its events are on another Kafka cluster, gone");
    }
  }

  @Test
  void keepsTheLeaseWhileAStepTakesLong() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given
      CountDownLatch step = new CountDownLatch(1);
      Future<Optional<RunResult>> running =
          threads.submit(
              () ->
                  planner.run(
                      policies.policy("jobs"),
                      RunRequest.NOW,
                      (policy, phase, claimed, share, left) ->
                          await().until(() -> step.getCount() == 0)));
      await().atMost(PATIENCE).until(() -> worker.deleted().size() == 2500);

      // When
      policies.execute("UPDATE reclaim.run SET lease_until = now() + interval '4 seconds'");

      // Then
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  texts(
                              "SELECT id FROM reclaim.run WHERE lease_until > now() + interval '6 seconds'")
                          .size()
                      == 1);
      step.countDown();
      assertThat(running.get(20, TimeUnit.SECONDS).orElseThrow().state()).isEqualTo(State.COMPLETE);
    }
  }

  @Test
  void goesOnWaitingWhereAnotherHasPublishedAll() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner second = planner("second")) {
      // Given
      try (Planner first = planner("first")) {
        Future<RunResult> running = threads.submit(() -> run(first));
        await()
            .atMost(PATIENCE)
            .until(() -> texts("SELECT state FROM reclaim.run").contains("draining"));
        running.cancel(true);
        await().atMost(PATIENCE).until(running::isDone);
      }
      expireLease();

      // When
      worker.resume();
      RunResult result = run(second);

      // Then
      assertThat(result.resumed()).isTrue();
      assertThat(result.claimed()).isEqualTo(2500);
      assertThat(result.counts()).isEqualTo(counts(2500, 0));
      assertThat(worker.claimed()).hasSize(2500);
    }
  }

  @Test
  void isResumedByAnotherFromItsPosition() throws Exception {
    try (StandInWorker worker = worker();
        Planner second = planner("second")) {
      // Given
      policies.execute(
          "INSERT INTO job SELECT i, now() - interval '40 days' FROM generate_series(3001, 45000) i");
      try (Planner first = planner("first")) {
        assertThatThrownBy(
                () ->
                    first.run(
                        policies.policy("jobs"),
                        RunRequest.NOW,
                        (policy, phase, claimed, share, left) -> {
                          throw new IllegalStateException("killed");
                        }))
            .hasMessage("killed");
      }
      String position = policies.texts("SELECT position FROM reclaim.run").get(0);
      expireLease();

      // When
      RunResult result = run(second);

      // Then
      assertThat(position).contains("\"relation\":\"public.job\",\"way\":\"HEAP\"");
      assertThat(result.resumed()).isTrue();
      assertThat(result.state()).isEqualTo(State.COMPLETE);
      assertThat(result.claimed()).isEqualTo(44_500);
      assertThat(worker.claimed()).hasSize(44_500);
      assertThat(worker.deleted()).hasSize(44_500).doesNotHaveDuplicates();
    }
  }

  @Test
  void isResumedByTheSameWayThroughAnIndex() throws Exception {
    try (StandInWorker worker = worker();
        Planner second = planner("second")) {
      // Given
      policies.execute(
          """
          TRUNCATE job;
          INSERT INTO job SELECT i, now() - make_interval(secs => 3000000 - i * 10) FROM generate_series(1, 420000) i;
          INSERT INTO job SELECT i, now() + interval '1 year' FROM generate_series(420001, 500000) i;
          CREATE INDEX ON job (at);
          ANALYZE job
          """);
      int due = texts("SELECT id FROM job WHERE at < now() - interval '30 days'").size();
      try (Planner first = planner("first")) {
        assertThatThrownBy(
                () ->
                    first.run(
                        policies.policy("jobs"),
                        RunRequest.NOW,
                        (policy, phase, claimed, share, left) -> {
                          if (claimed > 10_000) {
                            throw new IllegalStateException("killed");
                          }
                        }))
            .hasMessage("killed");
      }
      String position = texts("SELECT position FROM reclaim.run").get(0);
      expireLease();

      // When
      RunResult result = run(second);

      // Then
      assertThat(position).contains("\"way\":\"INDEX\"");
      assertThat(result.resumed()).isTrue();
      assertThat(worker.claimed()).hasSizeBetween(due, due + 1_000).doesNotHaveDuplicates();
      assertThat(worker.deleted()).hasSizeGreaterThan(due - 1).doesNotHaveDuplicates();
    }
  }

  @Test
  void neverLeadsTheWorkersByMoreThanItsLimit() throws Exception {
    // Given
    policies.execute(
        "INSERT INTO job SELECT i, now() - interval '40 days' FROM generate_series(3001, 600000) i");
    try (StandInWorker worker = worker().paused();
        Planner first = planner("first");
        Planner second = planner("second")) {
      // When
      AtomicInteger told = new AtomicInteger();
      Future<Optional<RunResult>> running =
          threads.submit(
              () ->
                  first.run(
                      policies.policy("jobs"),
                      RunRequest.NOW,
                      (policy, phase, claimed, share, left) -> told.incrementAndGet()));
      await().atMost(PATIENCE).until(() -> published() > PolicyRun.LEAD_EVENTS_MAX - 60);
      int before = told.get();

      // Then
      await()
          .during(Duration.ofMillis(1500))
          .untilAsserted(
              () -> assertThat(published()).isLessThanOrEqualTo(PolicyRun.LEAD_EVENTS_MAX));
      assertThat(told.get()).isGreaterThan(before);

      // When
      running.cancel(true);
      expireLease();
      Future<RunResult> resumed = threads.submit(() -> run(second));

      // Then
      await()
          .during(Duration.ofMillis(1500))
          .untilAsserted(
              () -> assertThat(published()).isLessThanOrEqualTo(PolicyRun.LEAD_EVENTS_MAX));
      worker.resume();
      assertThat(resumed.get(40, TimeUnit.SECONDS).counts()).isEqualTo(counts(599_500, 0));
      assertThat(worker.claimed()).hasSize(599_500).doesNotHaveDuplicates();
    }
  }

  private long published() {
    return Long.parseLong(texts("SELECT count(*) FROM reclaim.run_event").get(0));
  }

  @Test
  void isNotDoubledByASecondPlanner() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner first = planner("first");
        Planner second = planner("second")) {
      // Given
      Future<RunResult> one = threads.submit(() -> run(first));
      await().atMost(PATIENCE).until(() -> !texts("SELECT id FROM reclaim.run").isEmpty());

      // When
      Phases phases = new Phases();
      Future<Optional<RunResult>> other =
          threads.submit(() -> second.run(policies.policy("jobs"), RunRequest.NOW, phases));
      await().atMost(PATIENCE).until(() -> phases.seen(Phase.WAITING));
      worker.resume();

      // Then
      assertThat(one.get(20, TimeUnit.SECONDS).run())
          .isNotEqualTo(other.get(20, TimeUnit.SECONDS).orElseThrow().run());
      assertThat(worker.deleted()).hasSize(2500).doesNotHaveDuplicates();
    }
  }

  @Test
  void isNotDoubledByASecondThreadOfTheSamePlanner() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner planner = planner("one")) {
      // Given
      Future<RunResult> one = threads.submit(() -> run(planner));
      await().atMost(PATIENCE).until(() -> !texts("SELECT id FROM reclaim.run_event").isEmpty());

      // When
      Phases phases = new Phases();
      Future<Optional<RunResult>> other =
          threads.submit(() -> planner.run(policies.policy("jobs"), RunRequest.NOW, phases));
      await().atMost(PATIENCE).until(() -> phases.seen(Phase.WAITING));
      worker.resume();

      // Then
      assertThat(one.get(20, TimeUnit.SECONDS).claimed()).isEqualTo(2500);
      assertThat(other.get(20, TimeUnit.SECONDS).orElseThrow().resumed()).isFalse();
      assertThat(worker.deleted()).hasSize(2500).doesNotHaveDuplicates();
    }
  }

  @Test
  void carriesOutASlotOnce() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one");
        Planner other = planner("other")) {
      // Given
      Instant slot = Instant.parse("2024-05-01T02:00:00Z");
      RunResult first =
          planner
              .run(policies.policy("jobs"), RunRequest.slot(slot), RunProgress.SILENT)
              .orElseThrow();

      // When
      Optional<RunResult> again =
          other.run(policies.policy("jobs"), RunRequest.slot(slot), RunProgress.SILENT);

      // Then
      assertThat(first.run()).isEqualTo("jobs/2024-05-01T02:00:00Z");
      assertThat(again).isEmpty();
      assertThat(worker.deleted()).hasSize(2500);
    }
  }

  @Test
  void judgesAsOfTheTimeAskedForButNeverOfTheFuture() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given
      Instant past = Instant.now().minus(Duration.ofDays(20)).truncatedTo(ChronoUnit.MICROS);

      // When
      RunResult early = run(planner, at(past));
      RunResult late = run(planner, at(Instant.now().plus(Duration.ofDays(500))));

      // Then
      assertThat(early.claimed()).isZero();
      assertThat(late.claimed()).isEqualTo(2500);
      assertThat(worker.deleted()).hasSize(2500);
      assertThat(
              texts(
                  "SELECT (cutoff = timestamptz '%s' - interval '30 days')::text FROM reclaim.run WHERE id = '%s'"
                      .formatted(past, early.run())))
          .containsExactly("true");
      assertThat(
              texts(
                  "SELECT (cutoff <= now() - interval '30 days')::text FROM reclaim.run WHERE id = '%s'"
                      .formatted(late.run())))
          .containsExactly("true");
    }
  }

  @Test
  void runsEnabledPoliciesWhenTheirTimeHasCome() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one");
        Schedules schedules =
            Schedules.start("one", policies.file(), policies.databases(), planner)) {
      // Given
      assertThat(schedules).isNotNull();
      assertThat(texts("SELECT task_name FROM reclaim.scheduled_tasks")).containsExactly("jobs");

      // When
      policies.execute("UPDATE reclaim.scheduled_tasks SET execution_time = now()");

      // Then
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(texts("SELECT policy || ' ' || state FROM reclaim.run"))
                      .contains("jobs complete")
                      .doesNotContain("shown-only complete"));
      assertThat(worker.deleted()).hasSize(2500);
    }
  }

  @Test
  void carriesOutItsOwnSlotAfterAnUnfinishedEarlierOne() throws Exception {
    try (StandInWorker worker = worker();
        Planner planner = planner("one")) {
      // Given
      try (Planner killed = planner("killed")) {
        assertThatThrownBy(
                () ->
                    killed.run(
                        policies.policy("jobs"),
                        RunRequest.slot(Instant.parse("2024-05-01T02:00:00Z")),
                        (policy, phase, claimed, share, left) -> {
                          throw new IllegalStateException("killed");
                        }))
            .hasMessage("killed");
      }
      expireLease();

      // When
      try (Schedules schedules =
          Schedules.start("one", policies.file(), policies.databases(), planner)) {
        assertThat(schedules).isNotNull();
        String slot =
            texts(
                    "UPDATE reclaim.scheduled_tasks SET execution_time = date_trunc('second', now()) RETURNING execution_time::text")
                .get(0);

        // Then
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(texts("SELECT state || ' ' || slot FROM reclaim.run"))
                        .contains("complete 2024-05-01 02:00:00+00", "complete " + slot));
      }
      assertThat(worker.claimed()).hasSizeGreaterThanOrEqualTo(2500);
    }
  }

  @Test
  @Timeout(30)
  void closesWhileAScheduledRunWaitsForWorkers() throws Exception {
    try (Planner planner = planner("one")) {
      // Given
      Schedules schedules = Schedules.start("one", policies.file(), policies.databases(), planner);
      policies.execute("UPDATE reclaim.scheduled_tasks SET execution_time = now()");
      await()
          .atMost(PATIENCE)
          .until(() -> texts("SELECT state FROM reclaim.run").contains("draining"));

      // When
      schedules.close();

      // Then
      assertThat(texts("SELECT state FROM reclaim.run")).containsExactly("draining");
    }
  }

  @Test
  void endsIncompleteWhereItsPolicyIsStoppedAndCountsWhatIsCarriedOutLater() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner planner = impatient("one")) {
      // Given a stop of long ago, and nothing that moves
      policies.execute(
          "INSERT INTO reclaim.stopped_policy VALUES ('jobs', 'old', now() - interval '1 hour', now() - interval '1 hour')");
      Future<RunResult> running = threads.submit(() -> run(planner));
      await().during(Duration.ofMillis(2500)).until(() -> !running.isDone());

      // When
      policies.execute(
          "UPDATE reclaim.stopped_policy SET reason = 'the column at is gone', seen_at = now() + interval '9 s'");

      // Then
      RunResult result = running.get(10, TimeUnit.SECONDS);
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.problem().orElseThrow())
          .startsWith("3 of its events are not carried out: the policy jobs is stopped")
          .contains("because the column at is gone; mend that");
      assertThat(texts("SELECT state FROM reclaim.run")).containsExactly("incomplete");
      worker.resume();
      await()
          .atMost(PATIENCE)
          .until(() -> texts("SELECT rows FROM reclaim.run_history").equals(List.of("2500")));
    }
  }

  @Test
  void endsIncompleteWhereItsEventsWereDroppedUnread() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner planner = impatient("one")) {
      // Given
      Future<RunResult> running = threads.submit(() -> run(planner));
      await()
          .atMost(PATIENCE)
          .until(() -> texts("SELECT state FROM reclaim.run").contains("draining"));

      // When the brokers have dropped all of them but one
      for (String place :
          texts(
              "SELECT record_partition || ' ' || record_offset FROM reclaim.run_event ORDER BY id LIMIT 2")) {
        int partition = Integer.parseInt(place.split(" ", 2)[0]);
        long offset = Long.parseLong(place.split(" ", 2)[1]);
        worker.reportGap(kafka.topics().expiredRecords(), partition, offset, offset);
      }
      await().atMost(PATIENCE).until(() -> texts("SELECT id FROM reclaim.dead_letter").size() == 2);
      await().during(Duration.ofMillis(2500)).until(() -> !running.isDone());
      worker.resume();

      // Then
      RunResult result = running.get(10, TimeUnit.SECONDS);
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.problem().orElseThrow())
          .startsWith("2 events are among the dead letters, the first because: it is gone");
    }
  }

  @Test
  void endsIncompleteWhereDeferredEventsWereDroppedUnreadAndNothingMoves() throws Exception {
    try (StandInWorker worker = worker().paused();
        Planner planner = impatient("one")) {
      // Given
      Future<RunResult> running = threads.submit(() -> run(planner));
      await().during(Duration.ofMillis(2500)).until(() -> !running.isDone());

      // When
      worker.reportGap(kafka.topics().deferred(), 0, 7, 9);

      // Then
      RunResult result = running.get(10, TimeUnit.SECONDS);
      assertThat(result.state()).isEqualTo(State.INCOMPLETE);
      assertThat(result.problem().orElseThrow())
          .startsWith("3 of its events are not carried out: some of them may be lost")
          .contains("it is gone");
    }
  }

  /** Ends a run for a known reason after 2 s. */
  private Planner impatient(String owner) {
    return Planner.start(
        owner,
        kafka,
        policies.file(),
        policies.databases(),
        policies.targets(),
        Map.of(),
        Duration.ofSeconds(2));
  }

  private RunResult run(Planner planner) throws InterruptedException {
    return run(planner, RunRequest.NOW);
  }

  private RunResult run(Planner planner, RunRequest request) throws InterruptedException {
    return planner.run(policies.policy("jobs"), request, RunProgress.SILENT).orElseThrow();
  }

  private static RunRequest at(Instant at) {
    return new RunRequest(Optional.empty(), Optional.of(at), false, false);
  }

  private Planner planner(String owner) {
    return Planner.start(
        owner, kafka, policies.file(), policies.databases(), policies.targets(), Map.of());
  }

  private StandInWorker worker() {
    return new StandInWorker(kafka, policies.main());
  }

  private void expireLease() {
    policies.execute("UPDATE reclaim.run SET lease_until = now() - interval '1 second'");
  }

  private List<String> texts(String sql) {
    return policies.texts(sql);
  }

  private static OutcomeCounts counts(long deleted, long locked) {
    return new OutcomeCounts(deleted, 0, 0, 0, 0, 0, locked, 0, 0, 0);
  }

  private static Collection<String> ids(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }
}

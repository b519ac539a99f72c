package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reclaim.audit.Audit;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.LedgerRetention;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.settings.UserException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.TestSystem;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same numbers from the stream, from the ledger, and from what was dropped of it. */
@RequiresServers
class MetricsRebuildIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Set<String> POLICIES = Set.of("one", "two");
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  /** Days before today on which something was deleted; the last ones are not summed. */
  private static final int[] AGES = {390, 200, 199, 100, 60, 20, 9, 7, 3, 1, 0};

  private final KafkaSettings kafka;
  private final TestSystem system;
  private final Databases databases;
  private final Database main;
  private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  @TempDir private Path directory;

  MetricsRebuildIT(TestServers servers, TestDatabase database) throws SQLException {
    Topics topics = new Topics("metrics-rebuild-%d.".formatted(PREFIXES.incrementAndGet()));
    kafka = new KafkaSettings(servers.kafkaBootstrap(), topics, 1, (short) -1);
    system = new TestSystem(database);
    databases = system.open();
    main = databases.get("main");
  }

  /** Outcomes of a year ago would be gone at the broker's first look. */
  @BeforeEach
  void createTopics() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(kafka.client())) {
      NewTopic outcomes =
          new NewTopic(kafka.topics().outcomes(), 6, (short) 1)
              .configs(Map.of("retention.ms", "-1"));
      admin.createTopics(List.of(outcomes)).all().get();
    }
    TopicSetup.ensure(kafka);
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void makesTheVeryAccountsThatTheStreamMade() throws Exception {
    try (MetricsJob job = MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("a")))) {
      // Given what the stream made of what the ledger has
      List<CleanupOutcome> outcomes = outcomes();
      outcomes.forEach(this::book);
      send(outcomes);
      await().atMost(PATIENCE).until(() -> events() == outcomes.size());
      Map<String, String> streamed = metrics();

      // When, and when all old months are dropped first
      rebuild();
      Map<String, String> rebuilt = metrics();
      while (new LedgerRetention(main, Duration.ofDays(45)).dropOldest()
          instanceof LedgerRetention.Step.Dropped) {
        // The next one.
      }
      assertThat(system.number("SELECT count(*) FROM reclaim.ledger")).isLessThan(outcomes.size());
      rebuild();

      // Then
      assertThat(rebuilt).isEqualTo(streamed).hasSizeGreaterThan(80);
      assertThat(metrics()).isEqualTo(streamed);
      assertThat(job.deadLetters()).isZero();
      assertThat(
              new Audit(kafka, databases.all(), POLICIES, Set.of("one"))
                  .compare(Duration.ofSeconds(1))
                  .policies())
          .singleElement()
          .satisfies(one -> assertThat(one.metrics()).isEqualTo(one.ledger()));
    }
  }

  @Test
  void mendsWhatTheStreamMissedAndWhatItMadeUp() throws Exception {
    try (MetricsJob job = MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("b")))) {
      // Given half of the outcomes, and some that no ledger has
      List<CleanupOutcome> outcomes = outcomes();
      outcomes.forEach(this::book);
      send(outcomes.subList(0, outcomes.size() / 2));
      send(List.of(Outcomes.outcome("one", "made up", 5, now)));
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(events()).isEqualTo(outcomes.size() / 2 + 1));

      // When, and when the rest is said at last
      rebuild();
      Map<String, String> rebuilt = metrics();
      send(outcomes);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(duplicates()).isEqualTo(outcomes.size()));

      // Then
      assertThat(events()).isEqualTo(outcomes.size());
      assertThat(rows()).isEqualTo(rows(outcomes));
      assertThat(rebuilt.keySet()).isEqualTo(metrics().keySet());
      assertThat(job.healthy()).isTrue();
    }
  }

  @Test
  void wantsAJobThatRuns() {
    assertThatThrownBy(this::rebuild)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("No metrics job runs");
  }

  private void rebuild() throws InterruptedException {
    assertThat(new MetricsRebuild(kafka, List.of(main), POLICIES).carryOut()).isPositive();
  }

  /** In the order of time, as they happen. */
  private List<CleanupOutcome> outcomes() {
    List<CleanupOutcome> outcomes = new ArrayList<>();
    for (int age : AGES) {
      for (int i = 0; i < 4; i++) {
        Instant time = now.minus(Duration.ofDays(age)).minus(Duration.ofMinutes(45L * (4 - i)));
        outcomes.add(
            Outcomes.labelled(
                i % 2 == 0 ? "one" : "two", age + "-" + i, 10 + age + i, time, "mp4", "g" + i));
      }
      Instant later = now.minus(Duration.ofDays(age)).minus(Duration.ofMinutes(40));
      outcomes.addAll(Outcomes.quarantine("one", age + "-files", later));
    }
    return outcomes;
  }

  private void book(CleanupOutcome outcome) {
    main.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO reclaim.ledger
                      (planned_on, source, id, policy, kind, payload_digest, outcome, rows, files, bytes, completed_at, emitted_at)
                    VALUES (?, ?, ?, ?, ?, '', ?::jsonb, ?, ?, ?, ?, now())
                    """,
                    outcome.event().plannedOn(),
                    outcome.event().source(),
                    outcome.event().id(),
                    outcome.policy(),
                    outcome.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    new String(EventCodec.encode(outcome), UTF_8),
                    outcome.reclaimed().rows(),
                    outcome.reclaimed().files(),
                    outcome.reclaimed().bytes(),
                    outcome.completedAt()));
  }

  private void send(List<CleanupOutcome> outcomes) throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (CleanupOutcome outcome : outcomes) {
        producer
            .send(
                new ProducerRecord<>(
                    kafka.topics().outcomes(),
                    null,
                    outcome.completedAt().toEpochMilli(),
                    outcome.policy().getBytes(UTF_8),
                    EventCodec.encode(outcome)))
            .get();
      }
    }
  }

  /** Keys and values as JSON. */
  private Map<String, String> metrics() {
    Map<String, String> all = new HashMap<>();
    read()
        .forEach(
            (key, space) ->
                all.put(
                    new String(EventCodec.encode(key), UTF_8),
                    new String(EventCodec.encode(space), UTF_8)));
    return all;
  }

  private Map<MetricsKey, ReclaimedSpace> read() {
    return MetricsReader.read(kafka, PATIENCE);
  }

  private long events() {
    return whole().mapToLong(ReclaimedSpace::events).sum();
  }

  private long duplicates() {
    return whole().mapToLong(ReclaimedSpace::duplicates).sum();
  }

  private long rows() {
    return whole().mapToLong(space -> space.reclaimed().rows()).sum();
  }

  private Stream<ReclaimedSpace> whole() {
    return read().values().stream()
        .filter(space -> space.window() == MetricsWindow.ALL && !space.labelled());
  }

  private static long rows(List<CleanupOutcome> outcomes) {
    return outcomes.stream().mapToLong(outcome -> outcome.reclaimed().rows()).sum();
  }
}

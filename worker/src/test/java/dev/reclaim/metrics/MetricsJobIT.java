package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresServers
class MetricsJobIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int OUTCOMES = 300;
  private static final int POLICIES = 5;
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  private final Instant start = Instant.now().truncatedTo(ChronoUnit.MILLIS);
  @TempDir private Path directory;
  private KafkaSettings kafka;

  @BeforeEach
  void createTopics(TestServers servers) {
    Topics topics = new Topics("metrics-job-%d.".formatted(PREFIXES.incrementAndGet()));
    kafka = new KafkaSettings(servers.kafkaBootstrap(), topics, 1, (short) -1);
    TopicSetup.ensure(kafka);
  }

  @Test
  void sumsAreExactUnderDuplicates() {
    // Given
    List<CleanupOutcome> outcomes = outcomes();

    // When
    try (MetricsJob job = job("first");
        MetricsView view = MetricsView.start(kafka)) {
      send(outcomes);
      sendRaw("policy-0", "no outcome");
      send(outcomes);

      // Then
      awaitSeen(2 * OUTCOMES);
      assertSums(outcomes);
      await().atMost(PATIENCE).until(job::healthy);
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(view.snapshot()).isEqualTo(read()));
      assertThat(view.current()).isTrue();
      assertThat(job.deadLetters()).isEqualTo(1);
    }
  }

  @Test
  void sumsStayExactWhenTheStateIsLostAndAllComesAgain() throws Exception {
    // Given
    List<CleanupOutcome> outcomes = outcomes();
    try (MetricsJob job = job("first")) {
      await().atMost(PATIENCE).until(job::healthy);
      send(outcomes);
      awaitSeen(OUTCOMES);
    }

    // When
    try (MetricsJob job = job("second")) {
      await().atMost(PATIENCE).until(job::healthy);
      send(outcomes);
      awaitSeen(2 * OUTCOMES);
    }

    // Then
    assertSums(outcomes);
    assertThat(seenIsKept()).isGreaterThanOrEqualTo(Duration.ofDays(37));
  }

  /**
   * Longer than an outcome lies on its topic, or a standstill would count again what comes again.
   */
  private Duration seenIsKept() throws Exception {
    ConfigResource changelog =
        new ConfigResource(
            ConfigResource.Type.TOPIC, MetricsSettings.group(kafka.topics()) + "-seen-changelog");
    try (Admin admin = Admin.create(kafka.client())) {
      Config config =
          Objects.requireNonNull(
              admin.describeConfigs(List.of(changelog)).all().get().get(changelog));
      return Duration.ofMillis(Long.parseLong(config.get(TopicConfig.RETENTION_MS_CONFIG).value()));
    }
  }

  @Test
  void sumsStayExactWhenTheJobIsKilledAtWork() throws Exception {
    // Given
    List<CleanupOutcome> outcomes = outcomes();
    try (MetricsJobProcess killed = MetricsJobProcess.start(kafka, directory.resolve("same"))) {
      send(outcomes.subList(0, OUTCOMES / 2));
      await().atMost(PATIENCE).until(() -> seen() > 0);
      send(outcomes.subList(OUTCOMES / 2, OUTCOMES));
      killed.kill();
    }

    // When
    try (MetricsJob job = job("same")) {
      await().atMost(PATIENCE).until(job::healthy);
      send(outcomes);
      awaitSeen(2 * OUTCOMES);
    }

    // Then
    assertSums(outcomes);
  }

  @Test
  void readsNothingWhereTheTopicDoesNotExist() {
    KafkaSettings elsewhere =
        new KafkaSettings(kafka.bootstrapServers(), new Topics("nowhere."), 1, (short) -1);

    assertThat(MetricsReader.read(elsewhere, PATIENCE)).isEmpty();
  }

  private MetricsJob job(String stateName) {
    return MetricsJob.start(MetricsSettings.of(kafka, directory.resolve(stateName)));
  }

  private List<CleanupOutcome> outcomes() {
    return IntStream.range(0, OUTCOMES)
        .mapToObj(
            i ->
                Outcomes.labelled(
                    "policy-" + i % POLICIES,
                    "id-" + i,
                    i,
                    start.minus(Duration.ofMinutes(i)),
                    "mp4",
                    "format-" + i % 5))
        .toList();
  }

  private void send(List<CleanupOutcome> outcomes) {
    send(
        outcomes.stream()
            .map(
                outcome ->
                    new ProducerRecord<>(
                        kafka.topics().outcomes(),
                        null,
                        outcome.completedAt().toEpochMilli(),
                        outcome.policy().getBytes(UTF_8),
                        EventCodec.encode(outcome))));
  }

  private void sendRaw(String key, String value) {
    send(
        Stream.of(
            new ProducerRecord<>(
                kafka.topics().outcomes(), key.getBytes(UTF_8), value.getBytes(UTF_8))));
  }

  private void send(Stream<ProducerRecord<byte[], byte[]>> records) {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(records.map(producer::send).toList()).allSatisfy(sent -> sent.get());
    }
  }

  private Map<MetricsKey, ReclaimedSpace> read() {
    return MetricsReader.read(kafka, PATIENCE);
  }

  private void awaitSeen(long outcomes) {
    await().atMost(PATIENCE).until(() -> seen() == outcomes);
  }

  private long seen() {
    return read().values().stream()
        .filter(space -> space.window() == MetricsWindow.ALL && !space.labelled())
        .mapToLong(space -> space.events() + space.duplicates())
        .sum();
  }

  /** Against the outcomes themselves, added up here and not by the product. */
  private void assertSums(List<CleanupOutcome> outcomes) {
    Map<MetricsWindow, Map<String, Reclaimed>> expected = new HashMap<>();
    Map<MetricsWindow, Map<String, Reclaimed>> found = new HashMap<>();
    Map<MetricsWindow, Map<String, Reclaimed>> parts = new HashMap<>();
    for (MetricsWindow window : MetricsWindow.values()) {
      outcomes.forEach(outcome -> add(expected, window, outcome.policy(), outcome.reclaimed()));
    }
    read()
        .forEach(
            (key, space) ->
                add(
                    key.labels().isEmpty() ? found : parts,
                    key.window(),
                    key.policy(),
                    space.reclaimed()));
    assertThat(found).isEqualTo(expected);
    expected.remove(MetricsWindow.HOUR);
    assertThat(parts).isEqualTo(expected);
  }

  private static void add(
      Map<MetricsWindow, Map<String, Reclaimed>> sums,
      MetricsWindow window,
      String policy,
      Reclaimed reclaimed) {
    sums.computeIfAbsent(window, none -> new HashMap<>())
        .merge(policy, reclaimed, MetricsJobIT::plus);
  }

  private static Reclaimed plus(Reclaimed one, Reclaimed other) {
    return new Reclaimed(
        one.rows() + other.rows(), one.files() + other.files(), one.bytes() + other.bytes());
  }
}

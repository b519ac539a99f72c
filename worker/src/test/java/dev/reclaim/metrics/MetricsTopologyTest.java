package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTopologyTest {
  private static final Instant NOW = Instant.parse("2026-10-01T13:20:00Z");
  private static final Duration RETENTION = Duration.ofDays(7);

  private Instant clock = NOW;
  private final LongAdder deadLettered = new LongAdder();
  @TempDir private Path directory;
  private TopologyTestDriver driver;

  @BeforeEach
  void start() {
    driver = driver("first");
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private TopologyTestDriver driver(String stateName) {
    Properties settings = new Properties();
    KafkaSettings kafka = KafkaSettings.at("nowhere:9092");
    settings.putAll(StreamSettings.of(MetricsSettings.of(kafka, directory.resolve(stateName))));
    return new TopologyTestDriver(
        MetricsTopology.of(
            new MetricsTopology.Settings(
                Topics.DEFAULT, RETENTION, () -> clock, deadLettered::increment)),
        settings);
  }

  @Test
  void writesKeyValueAndHeadersAsTheContractSays() {
    // When
    send(Outcomes.outcome("logs", "a", 7, NOW));

    // Then
    List<TestRecord<byte[], byte[]>> written = written(Topics.DEFAULT.metrics());
    assertThat(written)
        .extracting(metric -> new String(metric.key(), UTF_8))
        .containsExactly(
            "{\"policy\":\"logs\",\"window\":\"hour\",\"start\":\"2026-10-01T13:00:00Z\"}",
            "{\"policy\":\"logs\",\"window\":\"day\",\"start\":\"2026-10-01T00:00:00Z\"}",
            "{\"policy\":\"logs\",\"window\":\"all\"}");
    String sums =
        "\"reclaimed\":{\"rows\":7,\"files\":0,\"bytes\":70},"
            + "\"counts\":{\"deleted\":7,\"deletedInferred\":0,\"marked\":0,\"protected\":0,"
            + "\"held\":0,\"refused\":0,\"locked\":0,\"changed\":0,\"missing\":1,\"failed\":0},"
            + "\"events\":1,\"duplicates\":0,\"updatedAt\":\"2026-10-01T13:20:00Z\"}";
    assertThat(written)
        .extracting(metric -> new String(metric.value(), UTF_8))
        .containsExactly(
            "{\"policy\":\"logs\",\"window\":\"hour\",\"start\":\"2026-10-01T13:00:00Z\","
                + "\"end\":\"2026-10-01T14:00:00Z\","
                + sums,
            "{\"policy\":\"logs\",\"window\":\"day\",\"start\":\"2026-10-01T00:00:00Z\","
                + "\"end\":\"2026-10-02T00:00:00Z\","
                + sums,
            "{\"policy\":\"logs\",\"window\":\"all\"," + sums);
    assertThat(EventRecords.texts(written.get(2).headers()))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ce_specversion", "1.0",
                "ce_id", "{\"policy\":\"logs\",\"window\":\"all\"}#1",
                "ce_source", "reclaim/metrics",
                "ce_type", "dev.reclaim.reclaimed-space.v1",
                "ce_time", "2026-10-01T13:20:00Z",
                "content-type", "application/json"));
  }

  @Test
  void countsTheSameOutcomeOnce() {
    // When
    send(Outcomes.outcome("logs", "a", 7, NOW));
    send(Outcomes.outcome("logs", "a", 7, NOW));
    send(Outcomes.outcome("logs", "b", 1, NOW.plusSeconds(1)));
    send(Outcomes.outcome("logs", "a", 7, NOW));

    // Then
    assertThat(allTime("logs"))
        .isEqualTo(
            new ReclaimedSpace(
                "logs",
                MetricsWindow.ALL,
                null,
                null,
                new Reclaimed(8, 0, 80),
                new OutcomeCounts(8, 0, 0, 0, 0, 0, 0, 0, 2, 0),
                2,
                2,
                NOW.plusSeconds(1)));
  }

  @Test
  void whatIsBroughtBackIsOffTheAccountOnce() {
    // When
    send(Outcomes.files("clips", "a", new Reclaimed(0, 3, 30), 3, 0));
    send(Outcomes.files("clips", "restore", new Reclaimed(0, -3, -30), 0, 3));
    send(Outcomes.files("clips", "restore", new Reclaimed(0, -3, -30), 0, 3));

    // Then
    ReclaimedSpace all = allTime("clips");
    assertThat(all.reclaimed()).isEqualTo(Reclaimed.NOTHING);
    assertThat(all.counts().deleted()).isEqualTo(3);
    assertThat(all.counts().quarantined()).isEqualTo(3);
    assertThat(all.counts().restored()).isEqualTo(3);
    assertThat(all.duplicates()).isEqualTo(1);
  }

  @Test
  void countsTheSameIdOfAnotherDayOrPolicyOnItsOwn() {
    // When
    send(Outcomes.outcome("logs", "a", 7, NOW));
    send(Outcomes.outcome("logs", "a", 7, NOW.minus(Duration.ofDays(1))));
    send(Outcomes.outcome("renders", "a", 7, NOW));

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(14);
    assertThat(allTime("renders").reclaimed().rows()).isEqualTo(7);
  }

  @Test
  void windowsOfAPolicySumToItsAllTime() {
    // When
    for (int i = 0; i < 100; i++) {
      String policy = i % 3 == 0 ? "logs" : "renders";
      send(Outcomes.outcome(policy, "id-" + i % 80, i % 80, NOW.minus(Duration.ofHours(i % 80))));
    }

    // Then
    Map<MetricsKey, ReclaimedSpace> spaces = spaces();
    for (String policy : List.of("logs", "renders")) {
      ReclaimedSpace all = allTime(policy);
      for (MetricsWindow window : List.of(MetricsWindow.HOUR, MetricsWindow.DAY)) {
        List<ReclaimedSpace> parts =
            spaces.values().stream()
                .filter(space -> space.policy().equals(policy) && space.window() == window)
                .toList();
        assertThat(parts).hasSizeGreaterThan(2);
        assertThat(parts.stream().map(ReclaimedSpace::reclaimed).reduce(Reclaimed::plus))
            .contains(all.reclaimed());
        assertThat(parts.stream().map(ReclaimedSpace::counts).reduce(OutcomeCounts::plus))
            .contains(all.counts());
        assertThat(parts.stream().mapToLong(ReclaimedSpace::events).sum()).isEqualTo(all.events());
        assertThat(parts.stream().mapToLong(ReclaimedSpace::duplicates).sum())
            .isEqualTo(all.duplicates());
      }
    }
  }

  @Test
  void labelsOfAPolicySumToTheWhole() {
    // When
    for (int i = 0; i < 100; i++) {
      String policy = i % 3 == 0 ? "logs" : "renders";
      String[] formats =
          IntStream.range(0, i % 4).mapToObj(n -> "format-" + n).toArray(String[]::new);
      int rows = formats.length == 0 ? 0 : i % 84;
      send(
          Outcomes.labelled(
              policy, "id-" + i % 84, rows, NOW.minus(Duration.ofHours(i % 84)), formats));
    }

    // Then
    for (String policy : List.of("logs", "renders")) {
      assertThat(allTime(policy).duplicates()).isPositive();
      requirePartsSumToTheWhole(policy);
    }
    assertThat(spaces().keySet())
        .noneMatch(key -> key.window() == MetricsWindow.HOUR && !key.labels().isEmpty());
  }

  @Test
  void writesThePartsBesideTheWholeAndDropsADuplicateOnce() {
    // Given
    CleanupOutcome outcome = Outcomes.labelled("logs", "a", 7, NOW, "mp4", "");
    send(outcome);
    List<TestRecord<byte[], byte[]>> written = written(Topics.DEFAULT.metrics());

    // When
    send(outcome);

    // Then
    assertThat(written)
        .extracting(metric -> new String(metric.key(), UTF_8))
        .containsExactly(
            "{\"policy\":\"logs\",\"window\":\"hour\",\"start\":\"2026-10-01T13:00:00Z\"}",
            "{\"policy\":\"logs\",\"window\":\"day\",\"start\":\"2026-10-01T00:00:00Z\"}",
            "{\"policy\":\"logs\",\"window\":\"all\"}",
            "{\"policy\":\"logs\",\"window\":\"day\",\"start\":\"2026-10-01T00:00:00Z\",\"labels\":{\"format\":\"mp4\"}}",
            "{\"policy\":\"logs\",\"window\":\"all\",\"labels\":{\"format\":\"mp4\"}}",
            "{\"policy\":\"logs\",\"window\":\"day\",\"start\":\"2026-10-01T00:00:00Z\",\"labels\":{\"format\":\"\"}}",
            "{\"policy\":\"logs\",\"window\":\"all\",\"labels\":{\"format\":\"\"}}");
    assertThat(new String(written.get(4).value(), UTF_8))
        .isEqualTo(
            "{\"policy\":\"logs\",\"window\":\"all\",\"labels\":{\"format\":\"mp4\"},"
                + "\"reclaimed\":{\"rows\":3,\"files\":0,\"bytes\":30},"
                + "\"counts\":{\"deleted\":3,\"deletedInferred\":0,\"marked\":0,\"protected\":0,"
                + "\"held\":0,\"refused\":0,\"locked\":0,\"changed\":0,\"missing\":0,\"failed\":0},"
                + "\"events\":1,\"duplicates\":0,\"updatedAt\":\"2026-10-01T13:20:00Z\"}");
    assertThat(written(Topics.DEFAULT.metrics())).hasSize(3);
    assertThat(allTime("logs").duplicates()).isEqualTo(1);
    requirePartsSumToTheWhole("logs");
  }

  @Test
  void sumsWhatHasMoreLabelsThanAccounts() {
    // Given: all taken but one, the last of them by another policy
    int most = LabelledSums.ACCOUNTS_MAX;
    for (int i = 1; i < most; i++) {
      send(Outcomes.labelled("logs", "id-" + i, 1, NOW, "format-" + i));
    }
    send(Outcomes.labelled("renders", "other", 1, NOW, "mp4"));
    TopologyTestDriver restarted = driver("second");
    restore(driver, restarted);
    driver.close();
    driver = restarted;

    // When
    send(Outcomes.labelled("logs", "a", 4, NOW, "(other)", "last", "late", "later"));
    send(Outcomes.labelled("logs", "b", 4, NOW.plus(Duration.ofDays(1)), "later", "last"));

    // Then
    requirePartsSumToTheWhole("logs");
    Map<String, Long> events = new HashMap<>();
    spaces()
        .forEach(
            (key, space) -> {
              if (key.window() == MetricsWindow.ALL && key.policy().equals("logs")) {
                events.put(key.labels().getOrDefault("format", "whole"), space.events());
              }
            });
    assertThat(events).hasSize(most + 2).containsEntry("whole", most + 1L);
    assertThat(events)
        .containsEntry("format-1", 1L)
        .containsEntry("last", 2L)
        .containsEntry("(other)", 2L)
        .doesNotContainKeys("late", "later");
  }

  @Test
  void knowsAfterARestartWhatItHadCounted() {
    // Given
    send(Outcomes.outcome("logs", "a", 7, NOW));
    TopologyTestDriver restarted = driver("second");
    restore(driver, restarted);
    driver.close();
    driver = restarted;

    // When
    send(Outcomes.outcome("logs", "a", 7, NOW));
    send(Outcomes.outcome("logs", "b", 1, NOW));

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(8);
    assertThat(allTime("logs").duplicates()).isEqualTo(1);
  }

  @Test
  void endsTheSameWhenAllIsReplayedWithoutState() {
    // Given
    List<CleanupOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outcomes.add(
          Outcomes.labelled(
              "logs", "id-" + i % 40, i % 40, NOW.plusSeconds(i % 40), "mp4", "format-" + i % 7));
    }
    outcomes.forEach(this::send);
    Map<MetricsKey, ReclaimedSpace> before = spaces();
    driver.close();
    driver = driver("second");

    // When
    outcomes.forEach(this::send);

    // Then
    assertThat(spaces()).isEqualTo(before);
  }

  @Test
  void takesAnOutcomeThatIsTooLateForADuplicate() {
    // Given
    send(Outcomes.outcome("logs", "a", 7, NOW));

    // When
    send(Outcomes.outcome("logs", "late", 5, NOW.minus(RETENTION)));
    send(Outcomes.outcome("logs", "in-time", 1, NOW.minus(RETENTION).plusMillis(1)));
    send(Outcomes.outcome("logs", "in-time", 1, NOW.minus(RETENTION).plusMillis(1)));

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(8);
    assertThat(allTime("logs").events()).isEqualTo(2);
    assertThat(allTime("logs").duplicates()).isEqualTo(2);
  }

  @Test
  void oneClockThatIsAheadMakesNobodyLate() {
    // Given
    Instant ahead = NOW.plus(Duration.ofDays(300));
    send(Outcomes.outcome("logs", "ahead", 7, ahead));
    clock = NOW.plusSeconds(60);
    send(Outcomes.outcome("logs", "ahead", 7, ahead));

    // When
    send(Outcomes.outcome("logs", "a", 1, NOW));
    send(
        Outcomes.outcome(
            "logs", "b", 1, clock.minus(RETENTION).plus(ClampedTime.AHEAD_MAX).plusMillis(1)));

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(9);
    assertThat(allTime("logs").duplicates()).isEqualTo(1);
  }

  @Test
  void sendsWhatIsNoOutcomeToDeadLettersAsItCame() {
    // Given
    Headers headers = new RecordHeaders().add("ce_id", "x".getBytes(UTF_8));
    byte[] value = "no outcome".getBytes(UTF_8);

    // When
    pipe(bytes("logs"), bytes("{}"), new RecordHeaders());
    pipe(bytes("key"), value, headers);
    send(Outcomes.outcome("logs", "a", 1, NOW));

    // Then
    TestRecord<byte[], byte[]> letter = written(Topics.DEFAULT.deadLetters()).get(1);
    assertThat(letter.key()).asString(UTF_8).isEqualTo("key");
    assertThat(letter.value()).isEqualTo(value);
    assertThat(EventRecords.texts(letter.headers()))
        .containsEntry("ce_id", "x")
        .containsEntry("__reclaim.errors.topic", "reclaim.outcomes")
        .containsEntry("__reclaim.errors.partition", "0")
        .containsEntry("__reclaim.errors.offset", "1")
        .hasEntrySatisfying(
            "__reclaim.errors.reason",
            reason -> assertThat(reason).contains("Unrecognized token 'no'"));
    assertThat(deadLettered.sum()).isEqualTo(2);
    assertThat(allTime("logs").events()).isEqualTo(1);
  }

  @Test
  void refusesOutcomesThatWouldCountWrongOrStopTheJob() {
    byte[] outcome = EventCodec.encode(Outcomes.outcome("logs", "a", 1, NOW));
    String endless = "p".repeat(OutcomeDecoder.POLICY_LENGTH_MAX + 1);

    // When
    pipe(bytes("renders"), outcome, new RecordHeaders());
    pipe(null, outcome, new RecordHeaders());
    pipe(bytes("logs"), null, new RecordHeaders());
    pipe(
        bytes(endless),
        EventCodec.encode(Outcomes.outcome(endless, "a", 1, NOW)),
        new RecordHeaders());
    String json = new String(outcome, UTF_8);
    pipe(
        bytes("logs"),
        bytes(json.replace("\"2026-10-01T13:20:00Z\"", "\"+999999999-12-31T23:59:59Z\"")),
        new RecordHeaders());
    pipe(bytes("logs"), new byte[DeadLetter.SIZE_BYTES_MAX], new RecordHeaders());

    // Then
    assertThat(written(Topics.DEFAULT.metrics())).isEmpty();
    assertThat(written(Topics.DEFAULT.deadLetters()))
        .extracting(letter -> EventRecords.texts(letter.headers()).get("__reclaim.errors.reason"))
        .satisfiesExactly(
            reason -> assertThat(reason).isEqualTo("the key is not the policy, logs"),
            reason -> assertThat(reason).isEqualTo("the key is not the policy, logs"),
            reason -> assertThat(reason).isEqualTo("the value is missing"),
            reason -> assertThat(reason).isEqualTo("policy is longer than 256 characters"),
            reason -> assertThat(reason).startsWith("completedAt is not between"),
            reason -> assertThat(reason).contains("too large to be kept here"));
  }

  /** By each window that labels have: rows, files and bytes, and what was deleted and marked. */
  private void requirePartsSumToTheWhole(String policy) {
    for (MetricsWindow window : LabelledSums.WINDOWS) {
      Map<Object, Reclaimed> wholes = new HashMap<>();
      Map<Object, Reclaimed> parts = new HashMap<>();
      Map<Object, Long> deleted = new HashMap<>();
      spaces()
          .forEach(
              (key, space) -> {
                if (key.policy().equals(policy) && key.window() == window) {
                  Object start = String.valueOf(key.start());
                  (key.labels().isEmpty() ? wholes : parts)
                      .merge(start, space.reclaimed(), Reclaimed::plus);
                  long sign = key.labels().isEmpty() ? 1 : -1;
                  deleted.merge(start, sign * space.counts().deleted(), Long::sum);
                }
              });
      wholes.values().removeIf(Reclaimed.NOTHING::equals);
      parts.values().removeIf(Reclaimed.NOTHING::equals);
      assertThat(parts).isEqualTo(wholes).isNotEmpty();
      assertThat(deleted.values()).containsOnly(0L);
    }
  }

  @Test
  void makesAnewWhatARebuildSaysAndCountsTheRestOnce() {
    // Given
    send(Outcomes.labelled("logs", "old", 3, NOW.minus(Duration.ofDays(30)), "mp4"));
    send(Outcomes.labelled("logs", "wrong", 9, NOW.minusSeconds(9), "mp4"));
    send(Outcomes.outcome("renders", "a", 1, NOW));
    ReclaimedSpace old =
        Objects.requireNonNull(
            spaces().values().stream()
                .filter(space -> space.reclaimed().rows() == 3 && !space.labelled())
                .filter(space -> space.window() == MetricsWindow.HOUR)
                .findFirst()
                .orElse(null));
    ReclaimedSpace renders = allTime("renders");
    CleanupOutcome early = Outcomes.labelled("logs", "early", 5, NOW.minusSeconds(5), "mp4");
    CleanupOutcome late = Outcomes.labelled("logs", "late", 7, NOW.minusSeconds(4), "mp4");

    // When one comes by itself before the ledger says it, and one after
    rebuild(RebuildStep.begin("1", "logs"));
    send(early);
    rebuild(RebuildStep.of("1", old));
    rebuild(RebuildStep.of("1", early));
    rebuild(RebuildStep.of("1", late));
    send(late);

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(15);
    assertThat(allTime("logs").events()).isEqualTo(3);
    assertThat(allTime("logs").duplicates()).isEqualTo(1);
    assertThat(allTime("renders")).isEqualTo(renders);
    assertThat(
            spaces().values().stream()
                .filter(space -> space.policy().equals("logs") && !space.labelled())
                .filter(space -> space.window() == MetricsWindow.HOUR)
                .mapToLong(space -> space.reclaimed().rows())
                .sum())
        .isEqualTo(15);
  }

  @Test
  void leavesOutStepsOfARebuildThatAnotherHasEnded() {
    // Given
    send(Outcomes.outcome("logs", "a", 3, NOW.minusSeconds(9)));
    ReclaimedSpace hour =
        Objects.requireNonNull(
            spaces().values().stream()
                .filter(space -> space.window() == MetricsWindow.HOUR)
                .findFirst()
                .orElse(null));

    // When
    rebuild(RebuildStep.begin("1", "logs"));
    rebuild(RebuildStep.begin("2", "logs"));
    rebuild(RebuildStep.of("1", hour));
    rebuild(RebuildStep.of("2", hour));
    rebuild(RebuildStep.of("1", Outcomes.outcome("logs", "b", 1, NOW)));

    // Then
    assertThat(allTime("logs").reclaimed().rows()).isEqualTo(3);
    assertThat(allTime("logs").events()).isEqualTo(1);
  }

  @Test
  void takesOffItsTopicWhatARebuildHasNothingFor() {
    // Given
    send(Outcomes.labelled("logs", "a", 3, NOW, "mp4"));
    int accounts = spaces().size();
    assertThat(written(Topics.DEFAULT.metrics())).hasSize(accounts);

    // When
    rebuild(RebuildStep.begin("1", "logs"));

    // Then
    assertThat(spaces()).isEmpty();
    assertThat(written(Topics.DEFAULT.metrics()))
        .hasSize(accounts)
        .allSatisfy(gone -> assertThat(gone.value()).isNull());
  }

  private void rebuild(RebuildStep step) {
    driver
        .createInputTopic(
            Topics.DEFAULT.metricsRebuild(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(
            new TestRecord<>(
                bytes(step.policy()), EventCodec.encode(step), new RecordHeaders(), NOW));
  }

  private void send(CleanupOutcome outcome) {
    input()
        .pipeInput(
            new TestRecord<>(
                bytes(outcome.policy()),
                EventCodec.encode(outcome),
                new RecordHeaders(),
                outcome.completedAt()));
  }

  private void pipe(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    input().pipeInput(new TestRecord<>(key, value, headers, NOW));
  }

  private TestInputTopic<byte[], byte[]> input() {
    return driver.createInputTopic(
        Topics.DEFAULT.outcomes(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private List<TestRecord<byte[], byte[]>> written(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** The sums as the store has them. */
  private Map<MetricsKey, ReclaimedSpace> spaces() {
    Map<MetricsKey, ReclaimedSpace> spaces = new HashMap<>();
    try (var all =
        driver.<MetricsKey, ReclaimedSpace>getKeyValueStore(MetricsTopology.SUMS).all()) {
      all.forEachRemaining(entry -> spaces.put(entry.key, entry.value));
    }
    return spaces;
  }

  private ReclaimedSpace allTime(String policy) {
    return Objects.requireNonNull(spaces().get(new MetricsKey(policy, MetricsWindow.ALL, null)));
  }

  /** What the changelogs do in a cluster. */
  private static void restore(TopologyTestDriver from, TopologyTestDriver to) {
    try (var all = from.<MetricsKey, ReclaimedSpace>getKeyValueStore(MetricsTopology.SUMS).all()) {
      var restored = to.<MetricsKey, ReclaimedSpace>getKeyValueStore(MetricsTopology.SUMS);
      all.forEachRemaining(entry -> restored.put(entry.key, entry.value));
    }
    try (var all = from.<String, Integer>getKeyValueStore(MetricsTopology.LABELLED).all()) {
      var restored = to.<String, Integer>getKeyValueStore(MetricsTopology.LABELLED);
      all.forEachRemaining(entry -> restored.put(entry.key, entry.value));
    }
    try (var all = from.<Identity, byte[]>getWindowStore(MetricsTopology.SEEN).all()) {
      var restored = to.<Identity, byte[]>getWindowStore(MetricsTopology.SEEN);
      all.forEachRemaining(
          entry -> restored.put(entry.key.key(), entry.value, entry.key.window().start()));
    }
  }
}

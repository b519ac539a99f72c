package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.DeferralHeader;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker of two databases, one of which cannot be worked in for a while. */
@RequiresServers
class DeferralIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ITEMS = 60;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
  private static final Waits SHORT =
      new Waits(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(1));

  private final TestDatabase far;
  private final TestDatabase near;
  private final TestSystem inFar;
  private final TestSystem inNear;
  private final Line line;
  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;

  DeferralIT(TestServers servers) throws SQLException, IOException {
    far = servers.newDatabase();
    near = servers.newDatabase();
    inFar = planted(far);
    inNear = planted(near);
    URI address = URI.create(far.jdbcUrl().substring("jdbc:".length()));
    line = new Line(address.getHost(), address.getPort());
    Topics topics = new Topics("deferral-" + UUID.randomUUID() + ".");
    kafka = new KafkaSettings(servers.kafkaBootstrap(), topics, 2, (short) -1);
    TopicSetup.ensure(kafka);
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TestSystem planted(TestDatabase database) throws SQLException {
    TestSystem system = new TestSystem(database);
    system.execute(
        """
        CREATE SCHEMA shop;
        CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz);
        INSERT INTO shop.item SELECT n, now() - interval '40 days' FROM generate_series(1, %d) n
        """
            .formatted(ITEMS));
    return system;
  }

  @AfterEach
  void close() throws Exception {
    producer.close();
    line.close();
    inFar.close();
    inNear.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Line.State.class,
      names = {"CUT", "FROZEN"})
  void aDatabaseThatIsAwayHoldsUpNoOther(Line.State fault) throws Exception {
    PolicyFile file = file("");
    try (Databases databases = Databases.open(file, 8, "test");
        Worker worker = worker(file, databases)) {
      // Given
      line.set(fault);

      // When
      for (int item = 1; item <= ITEMS; item++) {
        send("far-items", item);
        send("near-items", item);
      }

      // Then
      await().atMost(PATIENCE).until(() -> inNear.ids("shop.item").isEmpty());
      assertThat(inFar.ids("shop.item")).hasSize(ITEMS);
      await().atMost(PATIENCE).until(() -> !deferred().isEmpty());
      line.set(Line.State.OPEN);
      await().atMost(PATIENCE).until(() -> inFar.ids("shop.item").isEmpty());
      requireEachOnce();
      assertThat(worker.healthy()).isTrue();
    }
  }

  @Test
  void aDatabaseOutsideItsWindowHoldsUpNoOther() throws Exception {
    LocalTime now = LocalTime.now(ZoneOffset.UTC);
    PolicyFile closed = file(window(now.plusHours(6), now.plusHours(7)));
    try (Databases databases = Databases.open(closed, 8, "test")) {
      try (Worker worker = worker(closed, databases)) {
        // When
        for (int item = 1; item <= ITEMS; item++) {
          send("far-items", item);
          send("near-items", item);
        }

        // Then
        await().atMost(PATIENCE).until(() -> inNear.ids("shop.item").isEmpty());
        await().atMost(PATIENCE).until(() -> !deferred().isEmpty());
        assertThat(inFar.ids("shop.item")).hasSize(ITEMS);
        assertThat(worker.healthy()).isTrue();
      }
      try (Worker worker = worker(file(window(now.minusHours(1), now.plusHours(6))), databases)) {
        await().atMost(PATIENCE).until(() -> inFar.ids("shop.item").isEmpty());
        requireEachOnce();
        assertThat(worker.healthy()).isTrue();
      }
    }
  }

  @Test
  void claimsOfAPolicyThatDoesNotFitWaitUntilItIsMended() throws Exception {
    PolicyFile file = file("");
    try (Databases databases = Databases.open(file, 8, "test");
        Worker worker = worker(file, databases)) {
      // Given
      inFar.execute("ALTER TABLE shop.item RENAME COLUMN made TO gone");

      // When
      send("far-items", 1);
      await().atMost(PATIENCE).until(() -> !deferred().isEmpty());

      // Then
      ConsumerRecord<byte[], byte[]> waits = deferred().get(0);
      Map<String, String> headers = EventRecords.texts(waits.headers());
      assertThat(DeferralHeader.TOPIC.in(headers)).hasValue(kafka.topics().expiredRecords());
      assertThat(DeferralHeader.WAITS_FOR.in(headers)).hasValue("policy:far-items");
      assertThat(headers).containsEntry("ce_id", "far-items-1");
      assertThat(waits.key()).isEqualTo("key".getBytes(UTF_8));
      assertThat(inFar.ids("shop.item")).hasSize(ITEMS);
      assertThat(inFar.texts("SELECT policy || ': ' || reason FROM reclaim.stopped_policy"))
          .singleElement()
          .asString()
          .startsWith("far-items: the policy does not fit its table any more: SQL state 42703");
      inFar.execute("ALTER TABLE shop.item RENAME COLUMN gone TO made");
      await().atMost(PATIENCE).until(() -> inFar.ids("shop.item").size() == ITEMS - 1);
      await()
          .atMost(PATIENCE)
          .until(() -> inFar.texts("SELECT policy FROM reclaim.stopped_policy").isEmpty());
      assertThat(letters()).isEmpty();
      assertThat(worker.healthy()).isTrue();
    }
  }

  @Test
  void laysAsideADeferredClaimAsItCameFirstAndWhatNobodyDeferred() throws Exception {
    PolicyFile file = file("");
    try (Databases databases = Databases.open(file, 8, "test");
        Worker worker = worker(file, databases)) {
      // Given one that can never be carried out and waits for too long, and one of somebody else's
      ProducerRecord<byte[], byte[]> waits = record("unheard-of", 1, kafka.topics().deferred());
      DeferralHeader.TOPIC.put(waits.headers(), kafka.topics().expiredRecords());
      DeferralHeader.PARTITION.put(waits.headers(), "1");
      DeferralHeader.OFFSET.put(waits.headers(), "77");
      DeferralHeader.TIMESTAMP.put(waits.headers(), "2026-11-01T00:00:00Z");
      DeferralHeader.NOT_BEFORE.put(waits.headers(), "2999-01-01T00:00:00Z");
      DeferralHeader.SINCE.put(waits.headers(), "2026-11-01T00:00:00Z");
      DeferralHeader.TIMES.put(waits.headers(), "3");

      // When
      assertThat(producer.send(waits)).succeedsWithin(PATIENCE);
      assertThat(producer.send(record("near-items", 2, kafka.topics().deferred())))
          .succeedsWithin(PATIENCE);

      // Then
      await().atMost(PATIENCE).until(() -> letters().size() == 2);
      List<Map<String, String>> letters =
          letters().stream().map(letter -> EventRecords.texts(letter.headers())).toList();
      assertThat(letters)
          .extracting(letter -> ErrorHeader.CLASS.in(letter).orElse(""))
          .containsExactlyInAnyOrder("unknown-policy", "invalid-header");
      assertThat(letters)
          .filteredOn(letter -> letter.containsValue("unknown-policy"))
          .allSatisfy(
              letter -> {
                assertThat(ErrorHeader.TOPIC.in(letter)).hasValue(kafka.topics().expiredRecords());
                assertThat(ErrorHeader.OFFSET.in(letter)).hasValue("77");
                assertThat(letter.keySet())
                    .noneMatch(name -> name.startsWith(DeferralHeader.PREFIX));
              });
      assertThat(inNear.ids("shop.item")).hasSize(ITEMS);
      assertThat(worker.healthy()).isTrue();
    }
  }

  private void requireEachOnce() throws SQLException {
    String count = "SELECT count(*) FROM reclaim.ledger WHERE rows = 1";
    assertThat(inFar.number(count)).isEqualTo(ITEMS);
    assertThat(inNear.number(count)).isEqualTo(ITEMS);
    await().atMost(PATIENCE).until(() -> outcomes().distinct().count() == 2 * ITEMS);
    assertThat(outcomes().distinct().mapToLong(outcome -> outcome.reclaimed().rows()).sum())
        .isEqualTo(2 * ITEMS);
    assertThat(letters()).isEmpty();
  }

  private Stream<CleanupOutcome> outcomes() {
    return Records.of(kafka, kafka.topics().outcomes()).stream()
        .map(record -> EventCodec.decode(record.value(), CleanupOutcome.class));
  }

  private List<ConsumerRecord<byte[], byte[]>> deferred() {
    return Records.of(kafka, kafka.topics().deferred());
  }

  private List<ConsumerRecord<byte[], byte[]>> letters() {
    return Records.of(kafka, kafka.topics().deadLetters());
  }

  private Worker worker(PolicyFile file, Databases databases) {
    WorkerSettings settings =
        new WorkerSettings("tester", kafka.topics().prefix() + "w", 2, 16, PATIENCE, SHORT);
    return Worker.start(
        settings, kafka, file, databases, RowTargets.resolve(file, databases), Map.of());
  }

  private void send(String policy, int item) {
    assertThat(producer.send(record(policy, item, kafka.topics().expiredRecords())))
        .succeedsWithin(PATIENCE);
  }

  private static ProducerRecord<byte[], byte[]> record(String policy, int item, String topic) {
    return EventRecords.of(
        topic,
        "key".getBytes(UTF_8),
        new CloudEvent(
            policy + "-" + item, "shop", "dev.reclaim.expired-records.v1", Instant.now()),
        "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"%d\"]]}"
            .formatted(policy, item)
            .getBytes(UTF_8),
        null);
  }

  private static String window(LocalTime from, LocalTime to) {
    return ", limits: { window: \"%s-%s UTC\" }".formatted(TIME.format(from), TIME.format(to));
  }

  private PolicyFile file(String limits) {
    URI address = URI.create(far.jdbcUrl().substring("jdbc:".length()));
    String url =
        far.jdbcUrl()
            .replace(address.getHost() + ":" + address.getPort(), "127.0.0.1:" + line.port());
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          far: { url: "%s", user: %s, password: "${P}"%s }
          near: { url: "%s", user: %s, password: "${P}" }
        policies:
          - { name: far-items, table: far.shop.item, expire: { after: P30D, by: made }, producers: allowed }
          - { name: near-items, table: near.shop.item, expire: { after: P30D, by: made }, producers: allowed }
        """
            .formatted(url, far.user(), limits, near.jdbcUrl(), near.user()),
        name -> far.password());
  }
}

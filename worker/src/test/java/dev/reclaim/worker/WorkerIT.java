package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.LedgerRetention;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoredObject;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker on a real broker, told what to do by a producer that knows nothing of Reclaim's code.
 */
@RequiresServers
class WorkerIT {
  private static final String ROWS = "dev.reclaim.expired-records.v1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestSystem system;
  private final Databases databases;
  private final PolicyFile policies;
  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final ObjectStore store;
  private final Path media;
  private Worker worker;

  WorkerIT(TestServers servers, TestDatabase database, @TempDir Path directory)
      throws SQLException {
    media = directory;
    system = new TestSystem(database);
    system.execute(
        """
        CREATE SCHEMA shop;
        CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz);
        INSERT INTO shop.item VALUES (1, now() - interval '40 days'), (2, now())
        """);
    databases = system.open();
    policies =
        system.policies(
            """
            stores: { media: { directory: "%s", state: main } }
            policies:
              - { name: items, table: main.shop.item, expire: { after: P30D, by: made }, producers: allowed }
              - { name: ours, table: main.shop.item, expire: { after: P30D, by: made } }
            """
                .formatted(media));
    store = ObjectStores.open("media", new DirectorySettings(media));
    String prefix = "worker-" + UUID.randomUUID() + ".";
    kafka = new KafkaSettings(servers.kafkaBootstrap(), new Topics(prefix), 2, (short) -1);
    TopicSetup.ensure(kafka);
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    worker = start();
  }

  @AfterEach
  void close() throws SQLException {
    worker.close();
    producer.close();
    store.close();
    databases.close();
    system.close();
  }

  @Test
  void deletesNothingForAForgedClaimAndSaysWhy() throws SQLException {
    // When a row that is not expired is claimed, with a cutoff that no policy allows
    send("forged", ROWS, Instant.now(), claim("2"));

    // Then
    CleanupOutcome outcome = outcomes(1).get(0);
    assertThat(Outcomes.counts(outcome)).isEqualTo(Map.of("changed", 1L));
    assertThat(outcome.notes())
        .containsExactly("1 kept, not due by the policy: renewed, or never expired");
    assertThat(system.ids("shop.item")).containsExactly("1", "2");
  }

  @Test
  void laysAsideWhatItCannotUnderstandAndGoesOn() throws SQLException {
    // Given what no worker can ever carry out
    send(
        new ProducerRecord<>(kafka.topics().expiredRecords(), 0, null, "no event".getBytes(UTF_8)));
    send("a", ROWS, Instant.now(), "{\"policy\":");
    send("b", ROWS, Instant.now(), claim("1").replace("items", "unheard-of"));
    send("c", ROWS, Instant.now().minus(Duration.ofDays(500)), claim("1"));
    send("d", ROWS, Instant.now().plus(Duration.ofDays(3)), claim("1"));
    send("e", ROWS, Instant.now(), claim("'); DROP TABLE shop.item; --"));

    // When
    send("good", ROWS, Instant.now(), claim("1"));

    // Then
    assertThat(outcomes(1)).extracting(outcome -> outcome.event().id()).containsExactly("good");
    assertThat(letters(6))
        .extracting(letter -> ErrorHeader.CLASS.in(letter).orElseThrow())
        .containsExactlyInAnyOrder(
            "invalid-header",
            "unreadable",
            "unknown-policy",
            "too-old",
            "from-the-future",
            "wrong-keys");
    assertThat(letters(6))
        .extracting(letter -> ErrorHeader.REASON.in(letter).orElseThrow())
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).contains("ce_id is missing"),
            reason -> assertThat(reason).contains("no ExpiredRecords"),
            reason -> assertThat(reason).contains("unknown policy unheard-of"),
            reason -> assertThat(reason).contains("too old"),
            reason -> assertThat(reason).contains("from the future"),
            reason -> assertThat(reason).contains("is no key of"));
    assertThat(system.ids("shop.item")).containsExactly("2");
  }

  @Test
  void refusesAReplayFromAMonthThatIsDroppedFromTheLedger() throws SQLException {
    // Given an event of the ledger's first days that was carried out, and whose month has gone
    Instant longAgo =
        Instant.parse(
            system
                .texts("SELECT (floor + 3)::text || 'T00:00:00Z' FROM reclaim.ledger_floor")
                .get(0));
    send("old", ROWS, longAgo, claim("1"));
    assertThat(outcomes(1)).extracting(outcome -> outcome.reclaimed().rows()).containsExactly(1L);
    system.execute("UPDATE reclaim.ledger SET emitted_at = coalesce(emitted_at, now())");
    LedgerRetention retention = new LedgerRetention(databases.get("main"), Duration.ofDays(45));
    assertThat(retention.dropOldest()).isInstanceOf(LedgerRetention.Step.Dropped.class);
    system.execute("INSERT INTO shop.item VALUES (1, now() - interval '40 days')");

    // When
    send("old", ROWS, longAgo, claim("1"));

    // Then
    assertThat(letters(1))
        .extracting(letter -> ErrorHeader.CLASS.in(letter).orElseThrow())
        .containsExactly("too-old");
    assertThat(system.ids("shop.item")).containsExactly("1", "2");
    assertThat(system.number("SELECT sum(rows) FROM reclaim.cleanup_statistics")).isEqualTo(1);
  }

  @Test
  void keepsADeadLetterAsItCameAndSaysOnceWhyHoweverOftenItFails() {
    // Given
    Instant before = Instant.now();
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(
            kafka.topics().expiredRecords(),
            1,
            1_700_000_000_000L,
            "key".getBytes(UTF_8),
            new byte[] {0, (byte) 0xff, 1});
    new CloudEvent("id", "shop", ROWS, Instant.now())
        .headers()
        .forEach((name, text) -> sent.headers().add(name, text.getBytes(UTF_8)));
    sent.headers().add("trace", "one".getBytes(UTF_8)).add("trace", new byte[] {7}).add("no", null);

    // When it comes, and when somebody has sent its letter again
    send(sent);
    ConsumerRecord<byte[], byte[]> first = read(kafka.topics().deadLetters(), 1).iterator().next();
    ProducerRecord<byte[], byte[]> again =
        new ProducerRecord<>(
            kafka.topics().expiredRecords(), 0, first.key(), first.value(), first.headers());
    ErrorHeader.REPLAYS.put(again.headers(), "1");
    send(again);

    // Then
    assertThat(read(kafka.topics().deadLetters(), 2))
        .allSatisfy(
            letter -> {
              assertThat(letter.key()).isEqualTo(sent.key());
              assertThat(letter.value()).isEqualTo(sent.value());
              assertThat(letter.headers().toArray()).startsWith(sent.headers().toArray());
            });
    List<Map<String, String>> letters = letters(2);
    assertThat(letters.get(0))
        .containsEntry("__reclaim.errors.topic", kafka.topics().expiredRecords())
        .containsEntry("__reclaim.errors.partition", "1")
        .containsEntry("__reclaim.errors.offset", "0")
        .containsEntry("__reclaim.errors.timestamp", "2023-11-14T22:13:20Z")
        .containsEntry("__reclaim.errors.group", kafka.topics().prefix() + "workers")
        .containsEntry("__reclaim.errors.event.id", "shop#id@" + before.toString().substring(0, 10))
        .containsEntry("__reclaim.errors.class", "unreadable")
        .containsEntry(
            "__reclaim.errors.exception",
            "dev.reclaim.events.InvalidEventException, caused by tools.jackson.core.exc.StreamReadException")
        .containsEntry("__reclaim.errors.attempts", "1")
        .containsEntry("__reclaim.errors.replays", "0");
    assertThat(Instant.parse(ErrorHeader.FIRST_FAILED_AT.in(letters.get(0)).orElseThrow()))
        .isBetween(before, Instant.now());
    assertThat(letters.get(1))
        .containsEntry("__reclaim.errors.partition", "0")
        .containsEntry("__reclaim.errors.replays", "1")
        .containsEntry(
            "__reclaim.errors.first.failed.at",
            letters.get(0).get("__reclaim.errors.first.failed.at"));
    assertThat(Instant.parse(ErrorHeader.LAST_FAILED_AT.in(letters.get(1)).orElseThrow()))
        .isAfter(ErrorHeader.FIRST_FAILED_AT.in(letters.get(1)).map(Instant::parse).orElseThrow());
    assertThat(read(kafka.topics().deadLetters(), 2))
        .extracting(letter -> letter.headers().toArray().length)
        .containsOnly(sent.headers().toArray().length + 13);
  }

  @Test
  void laysAsideWhatUnpacksToMoreThanARecordMayHoldAndGoesOn() throws Exception {
    // Given what is small while it is packed, and what is as large as the topic takes
    byte[] unpacked = new byte[20 << 20];
    byte[] large = new byte[8 << 20];
    byte[] packed = new byte[(2 << 20) - 1_000];
    new Random(1).nextBytes(packed);
    Map<String, Object> settings = kafka.producer();
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 30 << 20);
    try (KafkaProducer<byte[], byte[]> generous =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] value : List.of(unpacked, large, packed)) {
        ProducerRecord<byte[], byte[]> record =
            new ProducerRecord<>(kafka.topics().expiredRecords(), 0, null, value);
        record.headers().add("ce_id", "kept".getBytes(UTF_8)).add("long", new byte[2_000]);
        generous.send(record).get();
      }
    }

    // When
    send("good", ROWS, Instant.now(), claim("1"));

    // Then
    assertThat(outcomes(1)).extracting(outcome -> outcome.event().id()).containsExactly("good");
    List<ConsumerRecord<byte[], byte[]>> letters =
        List.copyOf(read(kafka.topics().deadLetters(), 3));
    Map<String, String> stripped =
        letters.stream()
            .filter(letter -> letter.value() == null)
            .map(letter -> EventRecords.texts(letter.headers()))
            .findFirst()
            .orElseThrow();
    assertThat(stripped)
        .containsEntry("ce_id", "kept")
        .doesNotContainKey("long")
        .containsEntry("__reclaim.errors.value.bytes", Integer.toString(20 << 20))
        .containsEntry(
            "__reclaim.errors.value.sha256",
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(unpacked)))
        .containsEntry("__reclaim.errors.topic", kafka.topics().expiredRecords())
        .containsEntry("__reclaim.errors.partition", "0")
        .containsEntry("__reclaim.errors.offset", "0");
    assertThat(stripped.get("__reclaim.errors.reason"))
        .contains("too many for a dead letter", kafka.topics().expiredRecords() + "-0@0");
    assertThat(letters).extracting(ConsumerRecord::value).contains(large, packed);
  }

  @Test
  void takesClaimsByAPolicyOnlyFromThoseWhoMayMakeThem() throws SQLException {
    // Given a run of one of the policies
    system.execute(
        """
        INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until)
        VALUES ('ours/run', 'ours', now(), 'planning', 'c', 'tester', now())
        """);
    ExpiredRecords claim = claim("ours", "ours/run");
    ExpiredRecords madeUp = claim("ours", "ours/made-up");
    ExpiredRecords anothers = claim("items", "ours/run");

    // When
    send("foreign", ROWS, Instant.now(), claim("1").replace("items", "ours"));
    sendAsPlanner(madeUp);
    sendAsPlanner(anothers);
    assertThat(letters(3))
        .extracting(letter -> ErrorHeader.CLASS.in(letter).orElseThrow())
        .containsExactlyInAnyOrder("producers-not-allowed", "not-entitled", "not-entitled");
    assertThat(letters(3))
        .extracting(letter -> ErrorHeader.REASON.in(letter).orElseThrow())
        .anySatisfy(
            reason ->
                assertThat(reason)
                    .isEqualTo(
                        "the policy ours takes no claims of other services: write \"producers: allowed\" under it to let them claim"))
        .anySatisfy(reason -> assertThat(reason).contains("no run ours/made-up of the policy ours"))
        .anySatisfy(reason -> assertThat(reason).contains("no run ours/run of the policy items"));
    assertThat(system.ids("shop.item")).containsExactly("1", "2");
    sendAsPlanner(claim);

    // Then
    assertThat(outcomes(1)).extracting(CleanupOutcome::run).containsExactly("ours/run");
    assertThat(system.ids("shop.item")).containsExactly("2");
  }

  private static ExpiredRecords claim(String policy, String run) {
    return new ExpiredRecords(policy, run, Instant.now(), List.of(List.of("1")));
  }

  private void sendAsPlanner(ExpiredRecords claim) {
    send(
        EventRecords.of(
            kafka.topics().expiredRecords(),
            null,
            new CloudEvent(
                ClaimId.of(String.valueOf(claim.run()), 1, claim),
                ClaimId.PLANNER,
                ROWS,
                Instant.now()),
            EventCodec.encode(claim),
            null));
  }

  @Test
  void givesIntentsBackBeforeTheirEventIsLaidAside() throws Exception {
    // Given what an earlier attempt had begun under a policy that is gone since
    Files.writeString(media.resolve("a.png"), "content");
    StoredObject object = Objects.requireNonNull(store.stat(List.of("a.png")).get("a.png"));
    system.execute(
        """
        INSERT INTO reclaim.store_intent (store, path, path_hash, version, planned_on, source, id, size, opened_at)
        VALUES ('media', 'a.png', sha256(convert_to('a.png', 'UTF8')), '%s@%s', (now() AT TIME ZONE 'UTC')::date, 'shop', 'begun', 7,
                now() - interval '10 minutes')
        """
            .formatted(object.etag(), object.modified().truncatedTo(ChronoUnit.SECONDS)));

    // When
    send(
        EventRecords.of(
            kafka.topics().orphanedFiles(),
            null,
            new CloudEvent("begun", "shop", "dev.reclaim.orphaned-files.v1", Instant.now()),
            "{\"policy\":\"gone\",\"store\":\"media\",\"files\":[{\"path\":\"a.png\"}]}"
                .getBytes(UTF_8),
            null));

    // Then
    assertThat(ErrorHeader.CLASS.in(letters(1).get(0))).hasValue("unknown-policy");
    assertThat(system.number("SELECT count(*) FROM reclaim.store_intent")).isZero();
  }

  @Test
  void carriesAnEventOutOnceHoweverOftenItComes() throws SQLException {
    Instant time = Instant.now();
    for (int i = 0; i < 10; i++) {
      send("same", ROWS, time, claim("1"));
    }

    List<CleanupOutcome> outcomes = outcomes(10);

    assertThat(outcomes).containsOnly(outcomes.get(0));
    assertThat(Outcomes.counts(outcomes.get(0))).isEqualTo(Map.of("deleted", 1L));
    assertThat(system.number("SELECT count(*) FROM reclaim.ledger")).isEqualTo(1);
  }

  @Test
  void anotherWorkerGoesOnWhereOneHasStopped() throws SQLException {
    // Given
    send("first", ROWS, Instant.now(), claim("1"));
    outcomes(1);
    worker.close();

    // When
    send("second", ROWS, Instant.now(), claim("2"));
    worker = start();

    // Then nothing comes twice: the first had committed what it settled
    assertThat(outcomes(2))
        .extracting(outcome -> outcome.event().id())
        .containsExactlyInAnyOrder("first", "second");
  }

  private Worker start() {
    WorkerSettings settings =
        new WorkerSettings("tester", kafka.topics().prefix() + "workers", 4, 64, PATIENCE);
    return Worker.start(
        settings,
        kafka,
        policies,
        databases,
        RowTargets.resolve(policies, databases),
        Map.of("media", store));
  }

  private List<Map<String, String>> letters(int number) {
    return read(kafka.topics().deadLetters(), number).stream()
        .map(letter -> EventRecords.texts(letter.headers()))
        .toList();
  }

  private void send(String id, String type, Instant time, String json) {
    send(
        EventRecords.of(
            kafka.topics().expiredRecords(),
            null,
            new CloudEvent(id, "shop", type, time),
            json.getBytes(UTF_8),
            null));
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    assertThat(producer.send(record)).succeedsWithin(PATIENCE);
  }

  private static String claim(String key) {
    return "{\"policy\":\"items\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"%s\"]]}"
        .formatted(key);
  }

  private List<CleanupOutcome> outcomes(int number) {
    return read(kafka.topics().outcomes(), number).stream()
        .map(record -> EventCodec.decode(record.value(), CleanupOutcome.class))
        .toList();
  }

  private Collection<ConsumerRecord<byte[], byte[]>> read(String topic, int number) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                return records.size() >= number;
              });
      consumer.poll(Duration.ofMillis(500)).forEach(records::add);
    }
    assertThat(records).hasSize(number);
    return records;
  }
}

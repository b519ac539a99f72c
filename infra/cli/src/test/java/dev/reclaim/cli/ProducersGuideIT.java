package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.Refusal;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The producer's guide, word for word: each piece of code is taken out of the page and run against
 * a worker that carries out the page's policies.
 */
@RequiresServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProducersGuideIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final GuidePage PAGE = GuidePage.read();

  /** Members that no page can foretell. */
  private static final Set<String> OF_THE_MOMENT = Set.of("duration", "worker", "completedAt");

  private final TestServers servers;
  private final TestDatabase database;
  private final Shop shop;
  private final Roles roles = new Roles();
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
  private KafkaSettings kafka;
  private KafkaConsumer<byte[], byte[]> consumer;
  private Path uploads;

  @SuppressWarnings("NullAway.Init")
  ProducersGuideIT(TestServers servers, TestDatabase database) {
    this.servers = servers;
    this.database = database;
    this.shop = new Shop(database);
  }

  @BeforeAll
  void startAWorkerOverThePagesPolicies(@TempDir Path directory) throws Exception {
    shop.execute(
        """
        CREATE TABLE jobs (id bigint PRIMARY KEY, status text NOT NULL, created_at timestamptz NOT NULL);
        CREATE TABLE assets (id bigint PRIMARY KEY, url text);
        INSERT INTO assets VALUES (1, 'still/used.mp4');
        """);
    uploads = Files.createDirectories(directory.resolve("uploads"));
    Path password = Files.writeString(directory.resolve("password"), database.password());
    String text =
        """
        databases:
          main: { url: "%s", user: %s, password: "file:%s" }
        stores:
          uploads: { directory: "%s", state: main }
        %s
        """
            .formatted(database.jdbcUrl(), database.user(), password, uploads, PAGE.block("yaml"));
    PolicyFile file = PolicyFileReader.read("policies.yaml", text, System::getenv);
    kafka = KafkaSettings.at(servers.kafkaBootstrap());
    TopicSetup.ensure(kafka);
    consumer =
        roles.own(
            new KafkaConsumer<>(
                kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    List<TopicPartition> partitions =
        Stream.of(kafka.topics().outcomes(), kafka.topics().deadLetters())
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Installation installation = roles.own(Installation.open(file, 8, "reclaim-test"));
    roles.own(installation.startWorker("guide", kafka));
  }

  @AfterAll
  void stop() {
    roles.close();
  }

  @BeforeEach
  void plantAJobThatHasExpiredAndOneThatWasRenewed() throws SQLException {
    shop.execute(
        """
        TRUNCATE jobs;
        INSERT INTO jobs VALUES (1001, 'finished', '2020-01-01Z'), (1002, 'finished', now()),
                                (1003, 'finished', '2020-01-01Z');
        """);
  }

  static Stream<Arguments> claimsOfJobs() {
    return Stream.of(
        Arguments.of(Named.of("Java", GuideClient.JAVA), PAGE.block("java"), "java-1"),
        Arguments.of(
            Named.of("kcat, structured", GuideClient.KCAT),
            PAGE.block("sh", "\"id\":\"kcat-3\""),
            "kcat-3"),
        Arguments.of(Named.of("Python", GuideClient.PYTHON), PAGE.block("python"), "python-1"),
        Arguments.of(Named.of("Node", GuideClient.NODE), PAGE.block("js"), "node-1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("claimsOfJobs")
  void codeEndsInTheOutcomeThatThePagePromises(
      GuideClient client, String code, String id, @TempDir Path directory) throws Exception {
    endsInThePromisedOutcome(client, code, id, directory);
  }

  @Test
  void kcatSendsAClaimAndFindsItsOutcome(@TempDir Path directory) throws Exception {
    endsInThePromisedOutcome(
        GuideClient.KCAT, PAGE.block("sh", "ce_id=kcat-1 "), "kcat-1", directory);

    String found =
        GuideClient.KCAT.run(
            PAGE.block("sh", "-t reclaim.outcomes"), directory, kafka.bootstrapServers());

    assertThat(found.lines()).singleElement().asString().endsWith(text(outcome("kcat-1")));
  }

  private void endsInThePromisedOutcome(GuideClient client, String code, String id, Path directory)
      throws Exception {
    // When
    client.run(code, directory, kafka.bootstrapServers());

    // Then
    ObjectNode promised = (ObjectNode) JsonMapper.shared().readTree(PAGE.block("json"));
    ObjectNode outcome = (ObjectNode) JsonMapper.shared().readTree(text(outcome(id)));
    ((ObjectNode) promised.get("event")).put("id", id).set("plannedOn", today(outcome));
    assertThat(outcome.propertyNames()).containsExactlyElementsOf(promised.propertyNames());
    assertThat(outcome.without(OF_THE_MOMENT)).isEqualTo(promised.without(OF_THE_MOMENT));
    assertThat(shop.count("SELECT count(*) FROM jobs WHERE id = 1001")).isZero();
    assertThat(shop.count("SELECT count(*) FROM jobs")).isEqualTo(2);
  }

  /** The day is that of the clients' clock; midnight may lie between the claim and this check. */
  private static JsonNode today(ObjectNode outcome) {
    JsonNode day = outcome.get("event").get("plannedOn");
    assertThat(Instant.parse(day.asString() + "T00:00:00Z"))
        .isBetween(Instant.now().minus(Duration.ofDays(2)), Instant.now());
    return day;
  }

  @Test
  void claimOfAFileDeletesItOnce(@TempDir Path directory) throws Exception {
    // Given
    Path old = uploads.resolve("a/b.mp4");
    Files.createDirectories(old.getParent());
    Files.writeString(old, "some letter");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(9))));

    // When
    GuideClient.KCAT.run(PAGE.block("sh", "ce_id=kcat-2 "), directory, kafka.bootstrapServers());

    // Then
    CleanupOutcome outcome = EventCodec.decode(outcome("kcat-2").value(), CleanupOutcome.class);
    assertThat(outcome.counts().deleted()).isEqualTo(1);
    assertThat(outcome.reclaimed().bytes()).isEqualTo(11);
    assertThat(old).doesNotExist();
  }

  @Test
  void deadLetterIsFoundByIdAndSourceAndSaysWhy(@TempDir Path directory) throws Exception {
    // Given
    sendByAnUnknownPolicy("kcat-4");
    Map<String, String> letter =
        EventRecords.texts(record("kcat-4", kafka.topics().deadLetters()).headers());
    assertThat(ErrorHeader.CLASS.in(letter)).contains(Refusal.UNKNOWN_POLICY.label());

    // When
    String found =
        GuideClient.KCAT.run(
            PAGE.block("sh", "-t reclaim.dead-letters"), directory, kafka.bootstrapServers());

    // Then
    assertThat(found).contains("__reclaim.errors.class=unknown-policy");
  }

  @Test
  void textsOfKeysAreWhatPostgresWrites() throws SQLException {
    Map<String, List<String>> texts = PAGE.table("type | text");
    assertThat(texts).hasSizeGreaterThan(10);
    try (Connection connection = database.connect();
        Statement settings = connection.createStatement()) {
      settings.execute(
          "SET TimeZone = 'UTC'; SET DateStyle = ISO; SET IntervalStyle = postgres; SET bytea_output = hex");
      for (Map.Entry<String, List<String>> type : texts.entrySet()) {
        try (PreparedStatement cast =
            connection.prepareStatement("SELECT ?::text::%s::text".formatted(type.getKey()))) {
          cast.setString(1, type.getValue().get(0));
          ResultSet row = cast.executeQuery();
          assertThat(row.next()).isTrue();
          assertThat(row.getString(1)).as(type.getKey()).isEqualTo(type.getValue().get(0));
        }
      }
    }
  }

  @Test
  void everyClassOfDeadLettersIsExplained() {
    assertThat(PAGE.table("class | what you can do").keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Refusal.values()).map(Refusal::label).toList());
  }

  private void sendByAnUnknownPolicy(String id) {
    CloudEvent event = new CloudEvent(id, "shop", ClaimKind.EXPIRED_RECORDS.type(), Instant.now());
    byte[] value =
        "{\"policy\":\"unheard-of\",\"cutoff\":\"2026-10-01T00:00:00Z\",\"keys\":[[\"1001\"]]}"
            .getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      assertThat(
              producer.send(
                  EventRecords.of(kafka.topics().expiredRecords(), null, event, value, null)))
          .succeedsWithin(PATIENCE);
    }
  }

  private ConsumerRecord<byte[], byte[]> outcome(String id) {
    return record(id, kafka.topics().outcomes());
  }

  private static String text(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  /** What has come of the event on the topic. */
  private ConsumerRecord<byte[], byte[]> record(String id, String topic) {
    await("%s on %s".formatted(id, topic))
        .atMost(PATIENCE)
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
              return of(id, topic).findFirst().isPresent();
            });
    return of(id, topic).findFirst().orElseThrow();
  }

  private Stream<ConsumerRecord<byte[], byte[]>> of(String id, String topic) {
    return seen.stream()
        .filter(record -> record.topic().equals(topic))
        .filter(
            record -> {
              Map<String, String> headers = EventRecords.texts(record.headers());
              return id.equals(headers.get("ce_id")) && "shop".equals(headers.get("ce_source"));
            });
  }
}

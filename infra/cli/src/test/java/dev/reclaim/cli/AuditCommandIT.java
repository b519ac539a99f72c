package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsReader;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFiles;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Accounts of one run by a real planner, worker and stream, and what becomes of a lie in one. */
@RequiresServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuditCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int TESTS = 8;

  private final KafkaSettings kafka;
  private final Shop shop;
  private final Roles roles = new Roles();

  /** One for each test; the topics are everybody's. */
  private final List<String> all = new ArrayList<>();

  private Path policies;
  private String policy = "";

  @SuppressWarnings("NullAway.Init")
  AuditCommandIT(TestServers servers, TestDatabase database) {
    this.kafka = KafkaSettings.at(servers.kafkaBootstrap());
    this.shop = new Shop(database);
    for (int i = 0; i < TESTS; i++) {
      all.add("audited-" + UUID.randomUUID());
    }
  }

  @BeforeAll
  void deleteSomethingByEachPolicy(@TempDir Path directory) throws Exception {
    StringBuilder lines = new StringBuilder("policies:\n");
    for (int i = 0; i < TESTS; i++) {
      shop.execute(
          """
          CREATE TABLE visit_%1$d (id bigint PRIMARY KEY, seen_at timestamptz NOT NULL);
          INSERT INTO visit_%1$d SELECT n, now() - interval '40 days' FROM generate_series(1, 3500) n;
          """
              .formatted(i));
      lines.append(
          "  - { name: %s, table: shop.public.visit_%d, expire: { after: P30D, by: seen_at } }%n"
              .formatted(all.get(i), i));
    }
    TopicSetup.ensure(kafka);
    policies = shop.policies(directory, lines.toString());
    PolicyFile file = PolicyFiles.read(List.of(policies), System::getenv);
    Installation installation = roles.own(Installation.open(file, 8, "test"));
    roles.own(MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams"))));
    roles.own(installation.startWorker("worker-" + all.get(0), kafka));
    Planner planner = roles.own(installation.startPlanner("planner-" + all.get(0), kafka));
    for (Policy each : file.policies()) {
      assertThat(planner.run(each, RunRequest.NOW, RunProgress.SILENT)).isPresent();
    }
    await().atMost(PATIENCE).until(() -> said("--wait", "PT5S").exitCode() == 0);
  }

  @BeforeEach
  void takeTheNext() {
    policy = all.remove(0);
  }

  @AfterAll
  void close() {
    roles.close();
  }

  @Test
  void saysThatAllAreEqual() {
    // When
    Said said = audit();
    JsonNode report = JsonMapper.shared().readTree(audit("--json").out());

    // Then
    assertThat(said.exitCode()).as(said.toString()).isZero();
    assertThat(said.out()).contains(policy, "Equal.", "1 of 1 runs have equal accounts.");
    assertThat(report.get("equal").booleanValue()).isTrue();
    JsonNode its = report.get("policies").get(0);
    for (String account : List.of("ledger", "entries", "outcomes", "metrics", "windows")) {
      assertThat(its.get(account).get("rows").asLong()).as(account).isEqualTo(3500);
      assertThat(its.get(account).get("events").asLong()).as(account).isEqualTo(4);
    }
    assertThat(report.get("runs").get(0).get("run").stringValue()).startsWith(policy + "/");
  }

  @Test
  void namesTheEventOfATamperedOutcome() throws Exception {
    // Given the same event, said again with one row more
    CleanupOutcome truth = outcome();
    CleanupOutcome lie =
        new CleanupOutcome(
            truth.event(),
            truth.policy(),
            truth.run(),
            truth.kind(),
            truth.counts(),
            new Reclaimed(
                truth.reclaimed().rows() + 1, truth.reclaimed().files(), truth.reclaimed().bytes()),
            truth.children(),
            truth.notes(),
            truth.duration(),
            truth.attempts(),
            truth.worker(),
            truth.completedAt());
    send(kafka.topics().outcomes(), policy.getBytes(UTF_8), EventCodec.encode(lie));

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(1);
    assertThat(said.out())
        .contains("DIFFERENT in 1 places", truth.event().toString(), "rows: the ledger says")
        .contains("0 of 1 runs have equal accounts.");
  }

  @Test
  void namesTheEventThatNoLedgerKnows() throws Exception {
    // Given
    CleanupOutcome known = outcome();
    byte[] invented =
        new String(EventCodec.encode(known), UTF_8)
            .replace(known.event().id(), "invented")
            .getBytes(UTF_8);
    send(kafka.topics().outcomes(), policy.getBytes(UTF_8), invented);

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(1);
    assertThat(said.out()).contains("#invented@", "and no ledger row");
  }

  @Test
  void namesTheEventOfATamperedLedgerRow() throws Exception {
    // Given
    CleanupOutcome one = outcome();
    ledger("bytes = bytes - 1", one);

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(1);
    assertThat(said.out())
        .contains(one.event().toString(), "bytes: the ledger says", "its own outcome")
        .contains("metrics, hour of");

    // When the row is mended in its columns, and not in what it says
    ledger("bytes = bytes + 1, outcome = jsonb_set(outcome, '{reclaimed,rows}', '1')", one);

    // Then
    Said again = audit();
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.out()).contains("DIFFERENT in 1 places", one.event().toString());
  }

  @Test
  void namesTheEventOfALostOutcomeAndOfALostLedgerRow() throws Exception {
    // Given an entry whose outcome is nowhere, and an outcome whose entry is gone
    CleanupOutcome one = outcome();
    ledger("id = 'never-said'", one);

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out())
        .contains("DIFFERENT in 2 places")
        .contains("#never-said@", "noted as said, and there is no outcome")
        .contains(one.event().toString(), "and no ledger row");
  }

  @Test
  void waitsForWhatIsOnItsWay() throws Exception {
    // Given an event whose outcome was not sent yet
    shop.execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest, outcome, rows, files, bytes)
        SELECT planned_on, source, 'on-its-way', policy, run, kind, '', outcome, rows, files, bytes
          FROM reclaim.ledger WHERE policy = '%s' LIMIT 1
        """
            .formatted(policy));

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).as(said.toString()).isZero();
    assertThat(said.out()).contains("still on their way: 1 to the outcomes, 1 to the metrics");

    // When it is said to be sent, and was not
    shop.execute("UPDATE reclaim.ledger SET emitted_at = now() WHERE id = 'on-its-way'");

    // Then
    assertThat(audit().exitCode()).isEqualTo(1);
  }

  @Test
  void namesTheWindowOfATamperedMetric() throws Exception {
    // Given
    ReclaimedSpace day =
        MetricsReader.read(kafka, PATIENCE, key -> key.policy().equals(policy)).values().stream()
            .filter(space -> space.window() == MetricsWindow.DAY)
            .findFirst()
            .orElseThrow();
    ReclaimedSpace lie =
        new ReclaimedSpace(
            day.policy(),
            day.window(),
            day.start(),
            day.end(),
            new Reclaimed(day.reclaimed().rows(), 0, day.reclaimed().bytes() + 1),
            day.counts(),
            day.events(),
            day.duplicates(),
            day.updatedAt());
    send(
        kafka.topics().metrics(),
        EventCodec.encode(new MetricsKey(policy, day.window(), day.start())),
        EventCodec.encode(lie));

    // When, then
    Said said = audit();
    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.out())
        .contains("DIFFERENT in 1 places", "policy " + policy + ", metrics, day of " + day.start());
  }

  @Test
  void refusesAPolicyThatNobodyKnows() {
    Said said = audit("--policy", "unheard-of");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.errors()).singleElement().asString().contains("no policy unheard-of");
  }

  private Said audit(String... more) {
    return said(
        Stream.concat(Stream.of("--policy", policy, "--wait", "PT1S"), Arrays.stream(more))
            .toArray(String[]::new));
  }

  private Said said(String... more) {
    List<String> arguments =
        List.of("audit", "--policies", policies.toString(), "--kafka", kafka.bootstrapServers());
    return Said.by(Stream.concat(arguments.stream(), Arrays.stream(more)).toArray(String[]::new));
  }

  private CleanupOutcome outcome() throws SQLException {
    try (Connection connection = shop.database().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT outcome::text FROM reclaim.ledger WHERE policy = '%s' ORDER BY id LIMIT 1"
                    .formatted(policy))) {
      row.next();
      return EventCodec.decode(row.getString(1).getBytes(UTF_8), CleanupOutcome.class);
    }
  }

  private void ledger(String change, CleanupOutcome outcome) throws SQLException {
    int changed =
        shop.execute(
            "UPDATE reclaim.ledger SET %s WHERE id = '%s'".formatted(change, outcome.event().id()));
    assertThat(changed).isOne();
  }

  private void send(String topic, byte[] key, byte[] value) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }
}

package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A worker outside the window of its database: what comes waits, and nothing of it is lost. */
@RequiresServers
class WindowIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

  private final TestDatabase server;
  private final KafkaSettings kafka;

  WindowIT(TestServers servers, TestDatabase server) {
    this.server = server;
    this.kafka =
        new KafkaSettings(
            servers.kafkaBootstrap(),
            new Topics("window-" + UUID.randomUUID() + "."),
            2,
            (short) -1);
  }

  @Test
  void claimsWaitOutsideTheWindowAndAreCarriedOutInsideIt() throws Exception {
    TopicSetup.ensure(kafka);
    LocalTime now = LocalTime.now(ZoneOffset.UTC);
    PolicyFile closed = file(window(now.plusHours(6), now.plusHours(7)));
    PolicyFile open = file(window(now.minusHours(1), now.plusHours(6)));
    try (TestSystem system = new TestSystem(server)) {
      // Given
      system.execute(
          """
          CREATE SCHEMA shop;
          CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz);
          INSERT INTO shop.item SELECT n, now() - interval '40 days' FROM generate_series(1, 20) n
          """);
      try (Databases databases = Databases.open(closed, 8, "test")) {
        send(20);

        // When
        try (Worker worker = worker(closed, databases)) {
          await().atMost(PATIENCE).until(() -> worker.pace().get(0).state() == State.PAUSED);
          TimeUnit.SECONDS.sleep(5);

          // Then
          assertThat(worker.healthy()).isTrue();
          assertThat(system.ids("shop.item")).hasSize(20);
          assertThat(worker.pace().get(0).reason()).startsWith("outside the window ");
        }

        // When
        try (Worker worker = worker(open, databases)) {
          // Then
          await().atMost(PATIENCE).until(() -> system.ids("shop.item").isEmpty());
          assertThat(worker.pace().get(0).state()).isIn(State.FULL, State.IDLE);
        }
        assertThat(system.number("SELECT count(*) FROM reclaim.ledger WHERE rows = 1"))
            .isEqualTo(20);
      }
    }
  }

  private Worker worker(PolicyFile file, Databases databases) {
    WorkerSettings settings =
        new WorkerSettings("tester", kafka.topics().prefix() + "workers", 4, 64, PATIENCE);
    return Worker.start(
        settings, kafka, file, databases, RowTargets.resolve(file, databases), Map.of());
  }

  private void send(int items) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int item = 1; item <= items; item++) {
        String claim =
            "{\"policy\":\"items\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"%d\"]]}"
                .formatted(item);
        assertThat(
                producer.send(
                    EventRecords.of(
                        kafka.topics().expiredRecords(),
                        null,
                        new CloudEvent(
                            "item-" + item,
                            "shop",
                            "dev.reclaim.expired-records.v1",
                            Instant.now()),
                        claim.getBytes(UTF_8),
                        null)))
            .succeedsWithin(PATIENCE);
      }
    }
  }

  private static String window(LocalTime from, LocalTime to) {
    return TIME.format(from) + "-" + TIME.format(to) + " UTC";
  }

  private PolicyFile file(String window) {
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          main: { url: "%s", user: %s, password: "${P}", limits: { window: "%s" } }
        policies:
          - { name: items, table: main.shop.item, expire: { after: P30D, by: made }, producers: allowed }
        """
            .formatted(server.jdbcUrl(), server.user(), window),
        name -> server.password());
  }
}

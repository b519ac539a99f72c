package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.ErrorHeader;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Records that the brokers drop while no worker runs. */
@RequiresServers
class OffsetGapIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestDatabase server;
  private final KafkaSettings kafka;

  OffsetGapIT(TestServers servers, TestDatabase server) {
    this.server = server;
    this.kafka =
        new KafkaSettings(
            servers.kafkaBootstrap(), new Topics("gap-" + UUID.randomUUID() + "."), 1, (short) -1);
  }

  @Test
  void reportsOnceWhatWasDroppedBeforeAnybodyHadReadIt() throws Exception {
    TopicSetup.ensure(kafka);
    try (TestSystem system = new TestSystem(server)) {
      system.execute(
          """
          CREATE SCHEMA shop;
          CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz);
          INSERT INTO shop.item SELECT n, now() - interval '40 days' FROM generate_series(1, 9) n
          """);
      PolicyFile file =
          system.policies(
              """
              policies:
                - { name: items, table: main.shop.item, expire: { after: P30D, by: made }, producers: allowed }
              """);
      try (Databases databases = system.open()) {
        // Given a worker that has read one record and is gone
        send(1);
        try (Worker worker = worker(file, databases)) {
          await().atMost(PATIENCE).until(() -> system.ids("shop.item").size() == 8);
          assertThat(worker.healthy()).isTrue();
        }

        // When three more come, of which two are dropped
        send(2);
        send(3);
        send(4);
        drop(3);

        // Then
        for (int start = 0; start < 2; start++) {
          try (Worker worker = worker(file, databases)) {
            await().atMost(PATIENCE).until(() -> system.ids("shop.item").size() == 7);
            await().atMost(PATIENCE).until(() -> !letters().isEmpty());
            assertThat(worker.healthy()).isTrue();
          }
        }
        assertThat(letters()).hasSize(1);
        assertThat(letters().get(0))
            .containsEntry("__reclaim.errors.class", "expired-unread")
            .containsEntry("__reclaim.errors.offset", "1")
            .containsEntry("__reclaim.errors.last.offset", "2");
        assertThat(ErrorHeader.REASON.in(letters().get(0)).orElseThrow())
            .contains("offsets 1 to 2");
        assertThat(system.ids("shop.item")).contains("2", "3").doesNotContain("1", "4");
      }
    }
  }

  private List<Map<String, String>> letters() {
    return Records.of(kafka, kafka.topics().deadLetters()).stream()
        .map(letter -> EventRecords.texts(letter.headers()))
        .toList();
  }

  private void drop(long before) throws Exception {
    try (Admin admin = Admin.create(kafka.client())) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(kafka.topics().expiredRecords(), 0),
                  RecordsToDelete.beforeOffset(before)))
          .all()
          .get();
    }
  }

  private Worker worker(PolicyFile file, Databases databases) {
    WorkerSettings settings =
        new WorkerSettings("tester", kafka.topics().prefix() + "w", 2, 16, PATIENCE);
    return Worker.start(
        settings, kafka, file, databases, RowTargets.resolve(file, databases), Map.of());
  }

  private void send(int item) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        EventRecords.of(
            kafka.topics().expiredRecords(),
            null,
            new CloudEvent("item-" + item, "shop", "dev.reclaim.expired-records.v1", Instant.now()),
            "{\"policy\":\"items\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"%d\"]]}"
                .formatted(item)
                .getBytes(UTF_8),
            null);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(record).get();
    }
  }
}

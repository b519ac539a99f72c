package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.audit.WindowSums.Window;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.TestSystem;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A ledger of {@code -Dreclaim.audit.entries} entries; a million of them say how long it takes. */
@RequiresServers
class AuditIT {
  private static final int ENTRIES = Integer.getInteger("reclaim.audit.entries", 20_000);

  private static final String BOOK =
      """
      INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest, outcome, rows, files, bytes,
                                  completed_at, emitted_at)
      SELECT t::date, 'reclaim/planner', 'logs/2026-01-01T00:00:00Z/' || n || md5(n::text) || md5(n::text), 'logs', 'logs/' || t::date,
             'expired-records', md5(n::text), jsonb_build_object(
               'event', jsonb_build_object('source', 'reclaim/planner', 'id',
                 'logs/2026-01-01T00:00:00Z/' || n || md5(n::text) || md5(n::text), 'plannedOn', t::date),
               'policy', 'logs', 'run', 'logs/' || t::date, 'kind', 'expired-records',
               'counts', '{"deleted": 1000, "deletedInferred": 0, "marked": 0, "protected": 0, "held": 0, "refused": 0, "locked": 0, "changed": 0, "missing": 0, "failed": 0}'::jsonb,
               'reclaimed', jsonb_build_object('rows', 1000, 'files', 0, 'bytes', n),
               'children', '{"rows": 0, "files": 0, "bytes": 0}'::jsonb, 'notes', '[]'::jsonb, 'duration', 0.1, 'attempts', 1,
               'worker', 'w', 'completedAt', to_char(t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')),
             1000, 0, n, t, t
        FROM (SELECT n, now() - n * interval '1 second' AS t FROM generate_series(1, %d) n) e
      """;

  private final KafkaSettings kafka;
  private final TestSystem system;
  private final Databases databases;
  private final Database main;
  private final TestDatabase database;

  AuditIT(TestServers servers, TestDatabase database) throws SQLException {
    kafka = new KafkaSettings(servers.kafkaBootstrap(), new Topics("audited."), 1, (short) -1);
    this.database = database;
    system = new TestSystem(database);
    databases = system.open();
    main = databases.get("main");
  }

  @BeforeEach
  void bookAndSay() throws SQLException {
    TopicSetup.ensure(kafka);
    system.execute(BOOK.formatted(ENTRIES));
    system.execute("ANALYZE reclaim.ledger");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      main.jdbi()
          .useTransaction(
              handle ->
                  handle
                      .createQuery("SELECT outcome::text FROM reclaim.ledger")
                      .setFetchSize(5_000)
                      .mapTo(String.class)
                      .forEach(
                          outcome -> send(producer, kafka.topics().outcomes(), "logs", outcome)));
      WindowSums.read(List.of(main), Set.of())
          .of("logs")
          .forEach((window, sum) -> sendMetric(producer, window, sum));
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, String value) {
    var unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8)));
  }

  private void sendMetric(KafkaProducer<byte[], byte[]> producer, Window window, Amounts sum) {
    ReclaimedSpace space =
        new ReclaimedSpace(
            "logs",
            window.size(),
            window.start(),
            null,
            new Reclaimed(sum.rows(), sum.files(), sum.bytes()),
            OutcomeCounts.NONE,
            sum.events(),
            0,
            Instant.EPOCH);
    var key = new MetricsKey("logs", window.size(), window.start());
    send(
        producer,
        kafka.topics().metrics(),
        new String(EventCodec.encode(key), UTF_8),
        new String(EventCodec.encode(space), UTF_8));
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void comparesEveryEntryAndFindsTheOneThatDiffers() throws Exception {
    // When
    AuditProcess alone = AuditProcess.run(kafka, database);
    System.out.printf(
        "audit of %,d entries in %d MiB of heap: %d ms, %d ms of its own processor time%n",
        ENTRIES, AuditProcess.HEAP_MIB, alone.took().toMillis(), alone.processor().toMillis());

    // Then
    assertThat(alone.equal()).isTrue();
    assertThat(alone.events()).isEqualTo(ENTRIES);
    AuditReport equal = audit();
    assertThat(equal.first()).isEmpty();
    assertThat(equal.equal()).isTrue();
    assertThat(equal.policies().get(0).outcomes().events()).isEqualTo(ENTRIES);
    assertThat(equal.policies().get(0).metrics().rows()).isEqualTo(1_000L * ENTRIES);

    // When two entries exchange a byte, so that every sum stays as it is
    system.execute(
        "UPDATE reclaim.ledger SET bytes = bytes + CASE bytes WHEN 100 THEN 1 ELSE -1 END,"
            + " outcome = jsonb_set(outcome, '{reclaimed,bytes}', to_jsonb(bytes + CASE bytes WHEN 100 THEN 1 ELSE -1 END))"
            + " WHERE bytes IN (100, 200)");

    // Then
    AuditReport different = audit();
    assertThat(different.equal()).isFalse();
    assertThat(different.differences()).isEqualTo(2);
    assertThat(different.first())
        .extracting(Difference::what)
        .containsExactly(
            "bytes: the ledger says 199, the outcome 200",
            "bytes: the ledger says 101, the outcome 100");
  }

  private AuditReport audit() throws InterruptedException {
    return new Audit(kafka, databases.all(), Set.of("logs"), Set.of())
        .compare(Duration.ofMillis(1));
  }
}

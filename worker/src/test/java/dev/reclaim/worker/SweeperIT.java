package dev.reclaim.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.LinkedPaths;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.rows.LinkedFileClaims;
import dev.reclaim.worker.rows.RowCleanup;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Outcomes that a worker committed and was killed before it said them. */
@RequiresServers
class SweeperIT {
  private static final Duration AT_ONCE = Duration.ZERO;

  private final TestSystem system;
  private final Databases databases;
  private final PolicyFile policies;
  private final KafkaSettings kafka;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RowCleanup cleanup;

  SweeperIT(TestServers servers, TestDatabase database) throws SQLException {
    system = new TestSystem(database);
    system.execute(
        """
        CREATE SCHEMA shop;
        CREATE TABLE shop.item (id int PRIMARY KEY, made timestamptz, photo text);
        INSERT INTO shop.item SELECT n, now() - interval '40 days', 'a/' || n || '.png' FROM generate_series(1, 250) n
        """);
    databases = system.open();
    policies =
        system.policies(
            """
            stores: { media: { directory: "/tmp", state: main } }
            policies:
              - name: items
                table: main.shop.item
                expire: { after: P30D, by: made }
                files: [ { column: photo, store: media } ]
                producers: allowed
            """);
    Topics topics = new Topics("sweeper-" + UUID.randomUUID() + ".");
    kafka = new KafkaSettings(servers.kafkaBootstrap(), topics, 2, (short) -1);
    TopicSetup.ensure(kafka);
    producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    RowTarget target = Objects.requireNonNull(RowTargets.resolve(policies, databases).get("items"));
    LinkedFileClaims linked =
        new LinkedFileClaims(
            (RowPolicy) policies.policy("items").orElseThrow(), new LinkedPaths(policies)::path);
    cleanup = new RowCleanup(databases.get("main"), target, linked, "tester");
  }

  @AfterEach
  void close() throws SQLException {
    producer.close();
    databases.close();
    system.close();
  }

  @Test
  void saysOnceWhatWasCommittedAndNotSaidFollowUpsIncluded() throws Exception {
    // Given three events, of which nobody has said anything
    List<CleanupOutcome> committed = new ArrayList<>();
    for (int item = 1; item <= 3; item++) {
      committed.add(carriedOut(item).outcome());
    }

    // When
    sweeper(AT_ONCE).run();
    sweeper(AT_ONCE).run();

    // Then
    assertThat(outcomes()).containsExactlyInAnyOrderElementsOf(committed);
    assertThat(Records.of(kafka, kafka.topics().orphanedFiles())).hasSize(3);
    assertThat(Records.of(kafka, kafka.topics().outcomes()))
        .allMatch(
            record ->
                committed.stream()
                    .anyMatch(said -> said.completedAt().toEpochMilli() == record.timestamp()));
    assertThat(system.number("SELECT count(*) FROM reclaim.ledger WHERE emitted_at IS NULL"))
        .isZero();
  }

  @Test
  void leavesToTheirWorkersWhatWasCommittedJustNowAndTellsPeopleWhatIsOverdue() throws Exception {
    // Given one of now, one of two days ago, and one of a week ago
    carriedOut(11);
    age(carriedOut(12), "2 days");
    age(carriedOut(13), "8 days");
    Sweeper sweeper = sweeper(Sweeper.AFTER);

    // When
    sweeper.run();

    // Then
    assertThat(outcomes()).hasSize(2);
    assertThat(sweeper.overdue()).containsEntry("main", 2L);
    assertThat(system.number("SELECT count(*) FROM reclaim.ledger WHERE emitted_at IS NULL"))
        .isEqualTo(1);
  }

  @Test
  void sweepsInBatchesAndOneWorkerAtATime() throws Exception {
    // Given more than one batch, and a session that sweeps already
    for (int item = 21; item <= 240; item++) {
      carriedOut(item);
    }
    try (var other = system.begin("SELECT 1")) {
      TestSystem.execute(
          other, "SELECT pg_advisory_xact_lock(hashtext('reclaim.sweep_unemitted'))");
      sweeper(AT_ONCE).run();
      assertThat(outcomes()).isEmpty();
    }

    // When
    sweeper(AT_ONCE).run();

    // Then
    assertThat(outcomes()).hasSize(220).doesNotHaveDuplicates();
  }

  @Test
  void doesNotSayAgainWhatWasSaidSoLongAgoThatItMayBeForgotten() throws Exception {
    // Given
    ReceivedClaim claim = claim(250);
    Settled settled = cleanup.carryOut(claim, (ExpiredRecords) claim.claim(), 1).settled().get(0);
    assertThat(settled.saidLongAgo()).isFalse();

    // When
    emitted(settled, "3 days");
    assertThat(read(claim).saidLongAgo()).isFalse();
    emitted(settled, "4 days");

    // Then
    assertThat(read(claim).saidLongAgo()).isTrue();
  }

  private Settled read(ReceivedClaim claim) {
    return databases
        .get("main")
        .jdbi()
        .withHandle(handle -> Ledger.read(handle, "main", claim))
        .orElseThrow();
  }

  private void emitted(Settled settled, String ago) throws SQLException {
    system.execute(
        "UPDATE reclaim.ledger SET emitted_at = now() - interval '%s' WHERE id = '%s'"
            .formatted(ago, settled.outcome().event().id()));
  }

  private void age(Settled settled, String age) throws SQLException {
    system.execute(
        "UPDATE reclaim.ledger SET completed_at = now() - interval '%s' WHERE id = '%s'"
            .formatted(age, settled.outcome().event().id()));
  }

  private Settled carriedOut(int item) throws SQLException {
    ReceivedClaim claim = claim(item);
    return cleanup.carryOut(claim, (ExpiredRecords) claim.claim(), 1).settled().get(0);
  }

  private static ReceivedClaim claim(int item) {
    return TestSystem.received(
        new ExpiredRecords("items", null, Instant.now(), List.of(List.of(Integer.toString(item)))));
  }

  private Sweeper sweeper(Duration after) {
    return new Sweeper(
        databases, new OutcomePublisher(producer, kafka.topics()), new Absences(), after);
  }

  private List<CleanupOutcome> outcomes() {
    return Records.of(kafka, kafka.topics().outcomes()).stream()
        .map(record -> EventCodec.decode(record.value(), CleanupOutcome.class))
        .toList();
  }
}

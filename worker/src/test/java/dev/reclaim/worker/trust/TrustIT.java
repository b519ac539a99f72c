package dev.reclaim.worker.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.Worker;
import dev.reclaim.worker.WorkerSettings;
import dev.reclaim.worker.trust.TrustWorld.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An event is a claim, never a permission: whatever ten thousand of them say, nothing goes that no
 * policy lets go, nothing stops, and none of them is lost.
 *
 * <p>{@code -Dreclaim.trust.seed=N} draws other events than the seed of every build, {@code
 * -Dreclaim.trust.events=10000} more of them.
 */
@RequiresServers
class TrustIT {
  /** Of each seed; all seeds of a build together are ten thousand and more. */
  private static final int EVENTS = Integer.getInteger("reclaim.trust.events", 4_000);

  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final TestServers servers;
  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init")
  TrustIT(TestServers servers) {
    this.servers = servers;
  }

  @Test
  void noEventDeletesWhatNoPolicyLetsGoAndNoneIsLost() throws Exception {
    requireTrust(Long.getLong("reclaim.trust.seed", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @Tag("soak")
  @ValueSource(longs = {20261121, 4_294_967_311L})
  void otherEventsDoNotEither(long seed) throws Exception {
    requireTrust(seed);
  }

  private void requireTrust(long seed) throws Exception {
    String as = "seed " + seed + ", for -Dreclaim.trust.seed";
    KafkaSettings kafka =
        new KafkaSettings(
            servers.kafkaBootstrap(), new Topics("trust-" + seed + "."), PARTITIONS, (short) -1);
    TopicSetup.ensure(kafka);
    try (TrustWorld world = new TrustWorld(servers.newDatabase(), servers.newBucket(), directory)) {
      // Given
      Set<String> tables = world.tables();
      PolicyFile policies = world.policies();
      Map<String, ObjectStore> stores = new HashMap<>();
      policies
          .stores()
          .forEach((name, store) -> stores.put(name, ObjectStores.open(name, store.settings())));
      HostileEvents events = new HostileEvents(seed, world, kafka.topics(), Instant.now());
      try (Databases databases = Databases.open(policies, 16, "trust")) {
        world.execute(
            """
            INSERT INTO reclaim.run (id, policy, cutoff, state, cluster, owner, lease_until)
            VALUES ('%s', 'ours', now(), 'planning', 'c', 'trust', now())
            """
                .formatted(HostileEvents.REAL_RUN));

        // When
        send(kafka, events);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          workers.add(
              Worker.start(
                  new WorkerSettings("trust-" + i, group(kafka), 16, 400, PATIENCE),
                  kafka,
                  policies,
                  databases,
                  RowTargets.resolve(policies, databases),
                  stores));
        }
        try {
          awaitQuiet(as, kafka);
          assertThat(workers).as(as).allMatch(Worker::healthy);
        } finally {
          workers.forEach(Worker::close);
        }
      } finally {
        stores.values().forEach(ObjectStore::close);
      }

      // Then
      requireNothingElseGone(as, world, events.mustGo());
      assertThat(world.tables()).as(as).isEqualTo(tables);
      requireEndings(as, world, new Endings(kafka));
    }
  }

  private static void requireNothingElseGone(String as, TrustWorld world, Set<String> mustGo)
      throws Exception {
    Set<String> gone = new TreeSet<>(world.filesGone());
    assertThat(world.filesDue()).as(as).containsAll(gone);
    for (Table table : Table.values()) {
      assertThat(world.due(table)).as("%s, %s", table, as).containsAll(world.gone(table));
      assertThat(world.changed(table)).as("%s, %s", table, as).isEmpty();
      world.gone(table).forEach(key -> gone.add(table + " " + key));
    }
    world.marked().forEach(key -> gone.add(Table.TOKEN + " " + key));
    assertThat(gone).as(as).containsAll(mustGo);
    assertThat(mustGo).as(as).hasSizeGreaterThan(100);
  }

  private static void requireEndings(String as, TrustWorld world, Endings endings)
      throws SQLException, IOException {
    assertThat(endings.events()).as(as).isGreaterThanOrEqualTo(EVENTS);
    assertThat(endings.lost()).as(as).isEmpty();
    assertThat(endings.doubled()).as(as).isEmpty();
    assertThat(endings.altered()).as(as).isEmpty();
    assertThat(endings.classes()).as(as).hasSizeGreaterThan(10);
    assertThat(endings.outcomes()).as(as).isGreaterThan(EVENTS / 10);
    long rows = 0;
    for (Table table : Table.values()) {
      rows += world.gone(table).size();
    }
    assertThat(endings.reclaimed("rows")).as(as).isEqualTo(rows);
    assertThat(endings.reclaimed("files")).as(as).isEqualTo(world.filesGone().size());
  }

  private static void send(KafkaSettings kafka, HostileEvents events) throws Exception {
    Map<String, Object> settings = kafka.producer();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte @Nullable []> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < EVENTS; i++) {
        sent.add(producer.send(events.next()));
      }
    }
    for (Future<?> each : sent) {
      Object unused = each.get();
    }
  }

  /** Every event is settled, and those that followed from it, too. */
  private static void awaitQuiet(String as, KafkaSettings kafka) {
    try (Admin admin = Admin.create(kafka.client())) {
      await(as)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(300))
          .until(() -> left(admin, kafka) == 0);
    }
  }

  private static long left(Admin admin, KafkaSettings kafka) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(group(kafka)).partitionsToOffsetAndMetadata().get();
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (String topic : List.of(kafka.topics().expiredRecords(), kafka.topics().orphanedFiles())) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
      }
    }
    long left = 0;
    for (var end : admin.listOffsets(asked).all().get().entrySet()) {
      @Nullable OffsetAndMetadata at = committed.get(end.getKey());
      left += end.getValue().offset() - (at == null ? 0 : at.offset());
    }
    return left;
  }

  private static String group(KafkaSettings kafka) {
    return kafka.topics().prefix() + "workers";
  }
}

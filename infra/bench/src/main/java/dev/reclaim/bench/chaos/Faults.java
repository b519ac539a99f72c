package dev.reclaim.bench.chaos;

import dev.reclaim.bench.oracle.TopicReader;
import dev.reclaim.bench.server.Directories;
import dev.reclaim.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Brings faults about, and counts those that took effect. */
final class Faults {
  /** Longer than a session at the embedded broker: the others take over meanwhile. */
  private static final long SLEEP_MS = 7_500;

  private static final long STORM_MS = 2_000;
  private static final long FREEZE_MS = 2_500;
  private static final int DUPLICATES = 20;
  private static final int REPLAYED_MAX = 1_000;
  private static final int MEMBERS = 3;

  private final Site site;
  private final Crew crew;
  private final BrokerProcess broker;
  private final EmbeddedPostgres postgres;
  private final Map<Fault, Integer> counts = new ConcurrentHashMap<>();

  Faults(Site site, Crew crew, BrokerProcess broker, EmbeddedPostgres postgres) {
    this.site = site;
    this.crew = crew;
    this.broker = broker;
    this.postgres = postgres;
  }

  /** How often each took effect. */
  Map<Fault, Integer> counts() {
    return counts.isEmpty() ? Map.of() : new EnumMap<>(counts);
  }

  /**
   * Brings one about; returns when it is over, but for what heals by itself.
   *
   * @param random chooses whom it hits
   * @return whether it took effect
   */
  boolean bring(Fault fault, Random random) throws IOException, InterruptedException {
    switch (fault) {
      case KILL_WORKER -> some(Role.WORKER, random).replace(() -> {});
      case STOP_WORKER -> stop(some(Role.WORKER, random));
      case KILL_PLANNER -> some(Role.PLANNER, random).replace(() -> {});
      case STOP_PLANNER -> stop(some(Role.PLANNER, random));
      case KILL_METRICS -> some(Role.METRICS, random).replace(() -> {});
      case WIPE_STREAMS -> wipe(some(Role.METRICS, random));
      case RESTART_POSTGRES -> postgres.restartImmediately();
      case RESTART_BROKER -> broker.restart();
      case FREEZE_DATABASE -> freeze(site.databaseProxy());
      case CUT_DATABASE -> site.databaseProxy().cut();
      case LOSE_COMMIT_REPLY -> {
        if (!loseCommit()) {
          return false;
        }
      }
      case FREEZE_BROKER -> freeze(broker.proxy());
      case CUT_BROKER -> broker.proxy().cut();
      case STORE_503 -> {
        if (!storm()) {
          return false;
        }
      }
      case LOSE_STORE_REPLY -> {
        if (!loseDeletion()) {
          return false;
        }
      }
      case DUPLICATE -> say(DUPLICATES, 2, random);
      case REPLAY -> say(REPLAYED_MAX, 1, random);
      case REBALANCE -> rebalance();
    }
    counts.merge(fault, 1, Integer::sum);
    return true;
  }

  private Crew.Post some(Role role, Random random) {
    List<Crew.Post> posts = crew.posts(role);
    return posts.get(random.nextInt(posts.size()));
  }

  private static void stop(Crew.Post post) throws IOException, InterruptedException {
    RoleProcess process = post.process();
    process.stop();
    try {
      TimeUnit.MILLISECONDS.sleep(SLEEP_MS);
    } finally {
      process.goOn();
    }
  }

  private static void wipe(Crew.Post post) throws IOException, InterruptedException {
    post.replace(
        () -> {
          if (Files.exists(post.state())) {
            Directories.delete(post.state());
          }
        });
  }

  private static void freeze(TcpProxy proxy) throws InterruptedException {
    proxy.freeze();
    try {
      TimeUnit.MILLISECONDS.sleep(FREEZE_MS);
    } finally {
      proxy.thaw();
    }
  }

  private boolean loseCommit() throws InterruptedException {
    site.databaseProxy().loseCommits(2);
    TimeUnit.MILLISECONDS.sleep(STORM_MS);
    return site.databaseProxy().keepCommits() < 2;
  }

  private boolean storm() throws InterruptedException {
    site.store().storm();
    TimeUnit.MILLISECONDS.sleep(STORM_MS);
    return site.store().calm() > 0;
  }

  private boolean loseDeletion() throws InterruptedException {
    site.store().loseNextDeletion();
    TimeUnit.MILLISECONDS.sleep(STORM_MS);
    return !site.store().keepDeletions();
  }

  /** Says events again that have been said, as they were. */
  private void say(int recordsMax, int times, Random random) {
    Map<String, Object> settings = site.kafka().producer();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String topic :
          List.of(site.kafka().topics().expiredRecords(), site.kafka().topics().orphanedFiles())) {
        Map<String, ConsumerRecord<byte[], byte[]>> distinct = new HashMap<>();
        TopicReader.read(site.kafka().bootstrapServers(), topic)
            .forEach(record -> distinct.put(identity(record), record));
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(distinct.values());
        Collections.shuffle(records, random);
        for (ConsumerRecord<byte[], byte[]> record :
            records.subList(0, Math.min(recordsMax, records.size()))) {
          for (int i = 0; i < times; i++) {
            var unused =
                producer.send(
                    new ProducerRecord<>(
                        topic, null, record.key(), record.value(), record.headers()));
          }
        }
      }
    }
  }

  private static String identity(ConsumerRecord<byte[], byte[]> record) {
    return String.valueOf(record.headers().lastHeader("ce_id"));
  }

  /** Members that take their share, do nothing with it, and leave. */
  private void rebalance() throws InterruptedException {
    Map<String, Object> settings = site.kafka().consumer();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, site.kafka().topics().prefix() + "workers");
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    for (int i = 0; i < MEMBERS; i++) {
      try (KafkaConsumer<byte[], byte[]> member =
          new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        member.subscribe(List.of(site.kafka().topics().expiredRecords()));
        member.poll(Duration.ofSeconds(1));
      } catch (KafkaException e) {
        // It came while the brokers were away.
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }
}

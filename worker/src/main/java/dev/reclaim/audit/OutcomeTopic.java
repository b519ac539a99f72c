package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The topic of outcomes, read without a group. For one thread. */
final class OutcomeTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final int POLL_RECORDS_MAX = 5_000;

  /** Of each broker; as much again is on its way while it is looked at. */
  private static final int FETCH_BYTES_MAX = 4 << 20;

  /** Clocks of brokers and databases may differ by so much. */
  private static final Duration SLACK = Duration.ofHours(1);

  private final KafkaSettings kafka;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<String, Integer> partitions = new HashMap<>();
  private final Glance glance = new Glance();
  private long unreadable;

  OutcomeTopic(KafkaSettings kafka) {
    this.kafka = kafka;
    Map<String, Object> settings = kafka.consumer();
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES_MAX);
    settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Reads everything up to the present end.
   *
   * @param policies all where there is none
   */
  void read(Groups groups, Set<String> policies, Spill into) {
    List<TopicPartition> all = partitions();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    Map<TopicPartition, Long> ends = consumer.endOffsets(all);
    IdentityDigest digest = new IdentityDigest();
    long moved = System.nanoTime();
    while (!ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
      var polled = consumer.poll(POLL);
      if (!polled.isEmpty()) {
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALLED.toNanos()) {
        throw unreadable("nothing came for " + STALLED.toSeconds() + " s", null);
      }
      for (ConsumerRecord<byte[], byte[]> record : polled) {
        take(record, groups, policies, digest, into);
      }
    }
  }

  private void take(
      ConsumerRecord<byte[], byte[]> record,
      Groups groups,
      Set<String> policies,
      IdentityDigest digest,
      Spill into) {
    if (glance.read(record.value()) && isKey(record.key(), glance.policy())) {
      if (policies.isEmpty() || policies.contains(glance.policy())) {
        int unused = partitions.merge(glance.policy(), record.partition(), (one, other) -> other);
        into.add(glance.entry(digest, groups, record.partition(), record.offset()));
      }
      return;
    }
    Optional<Said> said = Said.in(record);
    if (said.isEmpty()) {
      unreadable++;
    } else if (policies.isEmpty() || policies.contains(said.get().policy())) {
      int unused = partitions.merge(said.get().policy(), record.partition(), (one, other) -> other);
      into.add(said.get().entry(digest, groups, record.partition(), record.offset()));
    }
  }

  private static boolean isKey(byte @Nullable [] key, String policy) {
    return Arrays.equals(policy.getBytes(UTF_8), key);
  }

  private List<TopicPartition> partitions() {
    List<PartitionInfo> found =
        Objects.requireNonNullElse(
            consumer.partitionsFor(kafka.topics().outcomes()), List.<PartitionInfo>of());
    return found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
  }

  /** Records that are no outcomes; the stream lays them aside. */
  long unreadable() {
    return unreadable;
  }

  /** The outcome in one record; empty when it is gone since. */
  Optional<Said> at(int partition, long offset) {
    TopicPartition place = new TopicPartition(kafka.topics().outcomes(), partition);
    consumer.assign(List.of(place));
    consumer.seek(place, offset);
    long end = System.nanoTime() + STALLED.toNanos();
    while (System.nanoTime() < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        return record.offset() == offset ? Said.in(record) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * What was completed before may be gone from the topic: it keeps records for some time only, and
   * has dropped some; the beginning of time as long as it has dropped none.
   */
  Instant memory() {
    List<TopicPartition> all = partitions();
    boolean whole = consumer.beginningOffsets(all).values().stream().allMatch(first -> first == 0);
    if (whole) {
      return Instant.EPOCH;
    }
    try (Admin admin = Admin.create(kafka.client())) {
      ConfigResource topic =
          new ConfigResource(ConfigResource.Type.TOPIC, kafka.topics().outcomes());
      Config config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
      long retentionMs =
          Long.parseLong(
              Objects.requireNonNull(config).get(TopicConfig.RETENTION_MS_CONFIG).value());
      return retentionMs < 0 ? Instant.EPOCH : Instant.now().minusMillis(retentionMs).plus(SLACK);
    } catch (ExecutionException e) {
      throw unreadable(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while Kafka was asked", e);
    }
  }

  /** Records by policy that the metrics stream has not read yet. */
  Map<String, Long> unread() {
    try (Admin admin = Admin.create(kafka.client())) {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin
              .listConsumerGroupOffsets(MetricsSettings.group(kafka.topics()))
              .partitionsToOffsetAndMetadata()
              .get();
      List<TopicPartition> all = partitions();
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
      Map<Integer, Long> left = new HashMap<>();
      for (TopicPartition partition : all) {
        OffsetAndMetadata at = read.get(partition);
        long next = at == null ? beginnings.getOrDefault(partition, 0L) : at.offset();
        left.put(partition.partition(), Math.max(0, ends.getOrDefault(partition, 0L) - next));
      }
      Map<String, Long> unread = new HashMap<>();
      partitions.forEach(
          (policy, partition) -> unread.put(policy, left.getOrDefault(partition, 0L)));
      return unread;
    } catch (ExecutionException e) {
      throw unreadable(String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while Kafka was asked", e);
    }
  }

  private UserException unreadable(String reason, @Nullable Exception e) {
    return new UserException(
        Kind.FAILED,
        "Topic %s at %s cannot be read: %s. Check the address and that the broker runs."
            .formatted(kafka.topics().outcomes(), kafka.bootstrapServers(), reason),
        e);
  }

  @Override
  public void close() {
    consumer.close();
  }
}

package dev.reclaim.metrics;

import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The metrics topic from its beginning, committed records only, without a group: it disturbs nobody
 * and remembers nothing. For one thread, but {@link #wakeup}.
 */
final class MetricsFeed implements AutoCloseable {
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private Map<TopicPartition, Long> ends = Map.of();

  /**
   * Connects to nothing yet.
   *
   * @param timeout how long a call that has to ask a broker waits for it
   */
  MetricsFeed(KafkaSettings kafka, Duration timeout) {
    Map<String, Object> settings = kafka.consumer();
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
    consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    topic = kafka.topics().metrics();
  }

  /**
   * Goes to the beginning, and takes the present end as the point to catch up with.
   *
   * @return whether the topic exists
   */
  boolean rewind() {
    List<PartitionInfo> found =
        Objects.requireNonNullElse(consumer.partitionsFor(topic), List.<PartitionInfo>of());
    List<TopicPartition> partitions =
        found.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    ends = consumer.endOffsets(partitions);
    return !partitions.isEmpty();
  }

  ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /**
   * Whether everything up to the end at {@link #rewind} was polled. Positions are compared and not
   * records counted: the last offsets are often markers of transactions, or compacted away.
   */
  boolean caughtUp() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Ends a call under way with a {@code WakeupException}; from any thread. */
  void wakeup() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}

package dev.reclaim.bench.reclaim;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.Envelope;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Every event of a finished run once more, byte for byte, to workers that stand ready. Each has its
 * ledger row; what is timed is how fast the workers find that out and send its outcome again.
 */
final class Redelivery implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaSettings kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;

  private Redelivery(KafkaSettings kafka) {
    this.kafka = kafka;
    this.consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Sends a policy's events again; returns the ns until as many outcomes have come. */
  static long of(KafkaSettings kafka, String policy) throws Exception {
    try (Redelivery redelivery = new Redelivery(kafka)) {
      return redelivery.send(redelivery.events(policy));
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> events(String policy) {
    List<TopicPartition> partitions = partitions(kafka.topics().expiredRecords());
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>();
    while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.getOrDefault(it, 0L))) {
      for (ConsumerRecord<byte[], byte[]> event : consumer.poll(POLL)) {
        if (policy(event).equals(policy)) {
          events.add(event);
        }
      }
    }
    return events;
  }

  /** Claims about rows and about whole partitions share a topic. */
  private static String policy(ConsumerRecord<byte[], byte[]> event) {
    Envelope envelope = Envelope.open(EventRecords.texts(event.headers()), event.value());
    ClaimKind kind = ClaimKind.ofType(envelope.event().type()).orElseThrow();
    return envelope.data(kind.payload()).policy();
  }

  private long send(List<ConsumerRecord<byte[], byte[]>> events) throws Exception {
    List<TopicPartition> outcomes = partitions(kafka.topics().outcomes());
    long wanted = records(outcomes) + events.size();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      long started = System.nanoTime();
      List<Future<?>> sent = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> event : events) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    event.topic(),
                    event.partition(),
                    event.key(),
                    event.value(),
                    event.headers())));
      }
      for (Future<?> one : sent) {
        Object unused = one.get();
      }
      Waiting.until(() -> records(outcomes) >= wanted);
      return System.nanoTime() - started;
    }
  }

  private long records(List<TopicPartition> partitions) {
    return consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  private List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(it -> new TopicPartition(it.topic(), it.partition()))
        .toList();
  }

  @Override
  public void close() {
    consumer.close();
  }
}

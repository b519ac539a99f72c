package dev.reclaim.planner;

import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the dead letters from their beginning and notes those that belong to runs, so that a run
 * does not wait for an event that nobody will ever carry out.
 */
final class DeadLetterTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterTail.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final DeadLetterNotes notes;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final Thread thread;

  DeadLetterTail(KafkaSettings kafka, DeadLetterNotes notes) {
    this.notes = notes;
    this.consumer =
        new KafkaConsumer<>(
            kafka.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    String topic = kafka.topics().deadLetters();
    this.thread = new Thread(() -> run(topic), "dead-letter-tail");
  }

  void start() {
    thread.start();
  }

  /** Begins anew when Kafka or a database was away: what is noted already stays as it is. */
  private void run(String topic) {
    try (consumer) {
      while (!stopping.get()) {
        try {
          read(topic);
        } catch (RuntimeException e) {
          LOG.warn("dead letters cannot be read or noted, trying again: {}", e.toString());
          LockSupport.parkNanos(RETRY.toNanos());
        }
      }
    }
  }

  private void read(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (!stopping.get()) {
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
        notes.note(letter);
      }
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

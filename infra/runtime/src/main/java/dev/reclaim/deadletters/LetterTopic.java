package dev.reclaim.deadletters;

import dev.reclaim.kafka.KafkaSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topic of dead letters, read without a trace. Not for use by several threads. */
public final class LetterTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Polls on end without any progress, half a minute, after which reading is given up. */
  private static final int POLLS_MAX = 150;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;

  public LetterTopic(KafkaSettings kafka) {
    this.topic = kafka.topics().deadLetters();
    Map<String, Object> settings = new HashMap<>(kafka.consumer());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
    this.consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** The topic's name. */
  public String name() {
    return topic;
  }

  /**
   * Visits every letter that is there now, partition by partition in the order of their offsets.
   *
   * @throws org.apache.kafka.common.KafkaException when the brokers do not answer
   */
  public void visit(Consumer<Letter> visitor) {
    for (TopicPartition partition : partitions()) {
      visit(partition, visitor);
    }
  }

  /** One letter, if it is there. */
  public Optional<Letter> find(LetterId id) {
    TopicPartition partition = new TopicPartition(topic, id.partition());
    if (!partitions().contains(partition)
        || id.offset() < begin(partition)
        || id.offset() >= end(partition)) {
      return Optional.empty();
    }
    consumer.assign(List.of(partition));
    consumer.seek(partition, id.offset());
    Silence silence = new Silence();
    while (consumer.position(partition) <= id.offset()) {
      for (ConsumerRecord<byte[], byte[]> record : silence.heard(consumer.poll(POLL))) {
        return Optional.of(Letter.of(record)).filter(letter -> letter.id().equals(id));
      }
    }
    return Optional.empty();
  }

  private void visit(TopicPartition partition, Consumer<Letter> visitor) {
    long end = end(partition);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    Silence silence = new Silence();
    while (consumer.position(partition) < end) {
      for (ConsumerRecord<byte[], byte[]> record : silence.heard(consumer.poll(POLL))) {
        if (record.offset() < end) {
          visitor.accept(Letter.of(record));
        }
      }
    }
  }

  private long begin(TopicPartition partition) {
    return Objects.requireNonNull(consumer.beginningOffsets(List.of(partition)).get(partition));
  }

  private long end(TopicPartition partition) {
    return Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
  }

  private Collection<TopicPartition> partitions() {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** Markers of transactions move the position without a record; brokers that are away do not. */
  private final class Silence {
    private long position = -1;
    private int polls;

    <T extends Iterable<?>> T heard(T records) {
      long now = consumer.position(consumer.assignment().iterator().next());
      polls = now == position ? polls + 1 : 0;
      position = now;
      if (polls > POLLS_MAX) {
        throw new TimeoutException("nothing more can be read of " + topic);
      }
      return records;
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}

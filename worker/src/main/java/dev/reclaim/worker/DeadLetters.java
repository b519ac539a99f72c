package dev.reclaim.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.Topics;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;

/** Lays aside what can never be carried out: the record as it came, the reason in headers. */
final class DeadLetters {
  private static final String PREFIX = "__reclaim.errors.";

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final String group;

  DeadLetters(Producer<byte[], byte[]> producer, Topics topics, String group) {
    this.producer = producer;
    this.topics = topics;
    this.group = group;
  }

  /** Returns when the brokers have it. */
  void add(ConsumerRecord<byte[], byte[]> record, Throwable reason, int attempts)
      throws InterruptedException {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topics.deadLetters(), null, record.key(), record.value());
    record.headers().forEach(header -> letter.headers().add(header));
    put(letter.headers(), "topic", record.topic());
    put(letter.headers(), "partition", Integer.toString(record.partition()));
    put(letter.headers(), "offset", Long.toString(record.offset()));
    put(letter.headers(), "timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    put(letter.headers(), "group", group);
    put(letter.headers(), "class", "permanent");
    put(letter.headers(), "reason", firstLine(reason));
    put(letter.headers(), "attempts", Integer.toString(attempts));
    put(letter.headers(), "failed.at", Instant.now().toString());
    try {
      producer.send(letter).get();
    } catch (ExecutionException e) {
      throw new KafkaException("a dead letter could not be sent", e.getCause());
    }
  }

  private static String firstLine(Throwable reason) {
    return String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
  }

  /** The last value wins: a letter that comes again does not pile up its headers. */
  private static void put(Headers headers, String name, String value) {
    headers.remove(PREFIX + name).add(PREFIX + name, value.getBytes(UTF_8));
  }
}

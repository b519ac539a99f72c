package dev.reclaim.worker;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.DeferralHeader;
import dev.reclaim.kafka.EventRecords;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A claim between two attempts, as a record of the topic of deferred claims. Anyone may write
 * there: what does not say properly where it came from is a record like any other, and laid aside.
 *
 * @param original as it came first
 * @param delay from now on, never longer than allowed
 */
record DeferredClaim(
    ConsumerRecord<byte[], byte[]> original, Tries tries, Duration delay, String waitsFor) {
  private static final int TIMES_MAX = 1_000_000;

  /** A record that came on a work topic. */
  static DeferredClaim fresh(ConsumerRecord<byte[], byte[]> record) {
    return new DeferredClaim(record, Tries.none(), Duration.ZERO, "");
  }

  /**
   * Reads a record of the topic.
   *
   * @param longest what it says to wait for beyond that is not believed
   */
  static DeferredClaim read(
      ConsumerRecord<byte[], byte[]> record, Topics topics, Duration longest, Instant now) {
    Map<String, String> headers = EventRecords.texts(record.headers());
    try {
      ConsumerRecord<byte[], byte[]> original = original(record, headers);
      if (!isWorkTopic(topics, original.topic())) {
        return fresh(record);
      }
      Duration delay = Duration.between(now, time(headers, DeferralHeader.NOT_BEFORE));
      int times = (int) Math.max(1, number(headers, DeferralHeader.TIMES, TIMES_MAX));
      return new DeferredClaim(
          original,
          Tries.deferred(times, time(headers, DeferralHeader.SINCE)),
          delay.compareTo(longest) > 0 ? longest : delay,
          DeferralHeader.WAITS_FOR.in(headers).orElse(""));
    } catch (DateTimeException | IllegalArgumentException e) {
      return fresh(record);
    }
  }

  /** The record that defers a delivery. */
  static ProducerRecord<byte[], byte[]> record(
      String topic, Delivery delivery, String waitsFor, Instant now, Duration delay) {
    ConsumerRecord<byte[], byte[]> record = delivery.record();
    ProducerRecord<byte[], byte[]> sent =
        new ProducerRecord<>(
            topic, null, record.key(), record.value(), new RecordHeaders(record.headers()));
    DeferralHeader.TOPIC.put(sent.headers(), record.topic());
    DeferralHeader.PARTITION.put(sent.headers(), Integer.toString(record.partition()));
    DeferralHeader.OFFSET.put(sent.headers(), Long.toString(record.offset()));
    DeferralHeader.TIMESTAMP.put(
        sent.headers(), Instant.ofEpochMilli(record.timestamp()).toString());
    DeferralHeader.NOT_BEFORE.put(sent.headers(), now.plus(delay).toString());
    DeferralHeader.WAITS_FOR.put(sent.headers(), waitsFor);
    DeferralHeader.SINCE.put(sent.headers(), delivery.tries().since(now).toString());
    DeferralHeader.TIMES.put(sent.headers(), Integer.toString(delivery.tries().deferrals() + 1));
    return sent;
  }

  private static ConsumerRecord<byte[], byte[]> original(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> said) {
    RecordHeaders headers = new RecordHeaders(record.headers());
    DeferralHeader.strip(headers);
    return new ConsumerRecord<>(
        DeferralHeader.TOPIC.in(said).orElse(""),
        (int) number(said, DeferralHeader.PARTITION, Integer.MAX_VALUE),
        number(said, DeferralHeader.OFFSET, Long.MAX_VALUE),
        Math.max(0, time(said, DeferralHeader.TIMESTAMP).toEpochMilli()),
        TimestampType.CREATE_TIME,
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        headers,
        Optional.empty());
  }

  private static boolean isWorkTopic(Topics topics, String topic) {
    for (ClaimKind kind : ClaimKind.values()) {
      if (topics.of(kind).equals(topic)) {
        return true;
      }
    }
    return false;
  }

  private static Instant time(Map<String, String> headers, DeferralHeader header) {
    return Instant.parse(header.in(headers).orElse(""));
  }

  private static long number(Map<String, String> headers, DeferralHeader header, long most) {
    long number = Long.parseLong(header.in(headers).orElse(""));
    if (number < 0 || number > most) {
      throw new IllegalArgumentException(header + " is out of range");
    }
    return number;
  }
}

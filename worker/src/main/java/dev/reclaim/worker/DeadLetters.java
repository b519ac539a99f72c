package dev.reclaim.worker;

import dev.reclaim.events.ClaimId;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.DeadLetterHeaders;
import dev.reclaim.kafka.ErrorHeader;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Lays aside what can never be carried out: the record as it came, the reason in headers.
 *
 * <p>A record that the brokers would not take, because unpacked it is larger than a record may be,
 * leaves its value behind and says how large it was, its digest, and where it lies.
 */
final class DeadLetters {
  /** Most bytes of a key that stays with a letter without its value. */
  private static final int KEY_BYTES_MAX = 1_024;

  /** Most bytes of a header that stays with a letter without its value, and of all of them. */
  private static final int HEADER_BYTES_MAX = 1_024;

  private static final int HEADERS_BYTES_MAX = 16 << 10;

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final String group;

  DeadLetters(Producer<byte[], byte[]> producer, Topics topics, String group) {
    this.producer = producer;
    this.topics = topics;
    this.group = group;
  }

  /** Returns when the brokers have it. */
  void add(ConsumerRecord<byte[], byte[]> record, LaidAside why) throws InterruptedException {
    Instant now = Instant.now();
    try {
      send(whole(record, why, now));
    } catch (RecordTooLargeException tooLarge) {
      send(withoutValue(record, why, now));
    }
  }

  private ProducerRecord<byte[], byte[]> whole(
      ConsumerRecord<byte[], byte[]> record, LaidAside why, Instant now) {
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topics.deadLetters(), null, record.key(), record.value());
    record.headers().forEach(header -> letter.headers().add(header));
    headers(record, why, why.reason()).put(letter.headers(), now);
    return letter;
  }

  private ProducerRecord<byte[], byte[]> withoutValue(
      ConsumerRecord<byte[], byte[]> record, LaidAside why, Instant now) {
    byte @Nullable [] key = length(record.key()) <= KEY_BYTES_MAX ? record.key() : null;
    ProducerRecord<byte[], byte[]> letter =
        new ProducerRecord<>(topics.deadLetters(), null, key, null);
    int bytes = 0;
    for (Header header : record.headers()) {
      int size = header.key().length() + length(header.value());
      if (size <= HEADER_BYTES_MAX && bytes + size <= HEADERS_BYTES_MAX) {
        letter.headers().add(header);
        bytes += size;
      }
    }
    String reason =
        "%d bytes are too many for a dead letter: its value, and what else is large, lies at %s-%d@%d only; %s"
            .formatted(
                sizeBytes(record),
                record.topic(),
                record.partition(),
                record.offset(),
                why.reason());
    headers(record, why, reason).put(letter.headers(), now);
    ErrorHeader.VALUE_BYTES.put(letter.headers(), Integer.toString(length(record.value())));
    ErrorHeader.VALUE_SHA256.put(
        letter.headers(), ClaimId.digest(record.value() == null ? new byte[0] : record.value()));
    return letter;
  }

  private DeadLetterHeaders headers(
      ConsumerRecord<byte[], byte[]> record, LaidAside why, String reason) {
    return new DeadLetterHeaders(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        group,
        why.event(),
        why.refusal(),
        reason,
        why.failure(),
        why.attempts());
  }

  private void send(ProducerRecord<byte[], byte[]> letter) throws InterruptedException {
    try {
      producer.send(letter).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException tooLarge) {
        throw tooLarge;
      }
      throw new KafkaException("a dead letter could not be sent", e.getCause());
    }
  }

  private static long sizeBytes(ConsumerRecord<byte[], byte[]> record) {
    long bytes = (long) length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}

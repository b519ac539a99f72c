package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.InvalidEventException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * A record as it came, with why it could not be read and where it lies in headers.
 *
 * <p>One so large that the headers would not fit beside it travels without key, value and headers
 * of its own, and says so: a record that the broker refuses would stop the job at every attempt.
 */
final class DeadLetter {
  /** Most bytes that are carried along; a topic takes 2 MiB a record. */
  static final int SIZE_BYTES_MAX = (2 << 20) - (64 << 10);

  private static final int REASON_LENGTH_MAX = 1_000;
  private static final String PREFIX = "__reclaim.errors.";

  private DeadLetter() {}

  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> consumed, RecordMetadata origin, InvalidEventException why) {
    String reason = shortened(String.valueOf(why.getMessage()));
    int sizeBytes = sizeBytes(consumed);
    if (sizeBytes <= SIZE_BYTES_MAX) {
      return consumed.withHeaders(marked(consumed.headers(), origin, reason));
    }
    String note = reason + "; with %d bytes too large to be kept here".formatted(sizeBytes);
    return new Record<>(
        new byte[0], new byte[0], consumed.timestamp(), marked(new RecordHeaders(), origin, note));
  }

  private static Headers marked(Headers own, RecordMetadata origin, String reason) {
    Headers headers = new RecordHeaders(own);
    put(headers, "reason", reason);
    put(headers, "topic", origin.topic());
    put(headers, "partition", Integer.toString(origin.partition()));
    put(headers, "offset", Long.toString(origin.offset()));
    return headers;
  }

  private static void put(Headers headers, String name, String text) {
    headers.remove(PREFIX + name).add(PREFIX + name, text.getBytes(UTF_8));
  }

  private static String shortened(String reason) {
    return reason.length() <= REASON_LENGTH_MAX ? reason : reason.substring(0, REASON_LENGTH_MAX);
  }

  private static int sizeBytes(Record<byte[], byte[]> record) {
    int sizeBytes = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      sizeBytes += header.key().length() + length(header.value());
    }
    return sizeBytes;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}

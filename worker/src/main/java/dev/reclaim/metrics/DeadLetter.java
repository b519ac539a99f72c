package dev.reclaim.metrics;

import dev.reclaim.events.ClaimId;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.kafka.DeadLetterHeaders;
import dev.reclaim.kafka.ErrorHeader;
import java.time.Instant;
import java.util.Optional;
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

  private static final String GROUP = "metrics";

  private DeadLetter() {}

  static Record<byte[], byte[]> of(
      Record<byte[], byte[]> consumed, RecordMetadata origin, InvalidEventException why) {
    String reason = String.valueOf(why.getMessage());
    int sizeBytes = sizeBytes(consumed);
    if (sizeBytes <= SIZE_BYTES_MAX) {
      return consumed.withHeaders(marked(consumed, consumed.headers(), origin, why, reason));
    }
    String note = "with %d bytes too large to be kept here; ".formatted(sizeBytes) + reason;
    Headers headers = marked(consumed, new RecordHeaders(), origin, why, note);
    byte[] value = consumed.value() == null ? new byte[0] : consumed.value();
    ErrorHeader.VALUE_BYTES.put(headers, Integer.toString(value.length));
    ErrorHeader.VALUE_SHA256.put(headers, ClaimId.digest(value));
    return new Record<>(new byte[0], new byte[0], consumed.timestamp(), headers);
  }

  private static Headers marked(
      Record<byte[], byte[]> consumed,
      Headers own,
      RecordMetadata origin,
      InvalidEventException why,
      String reason) {
    Headers headers = new RecordHeaders(own);
    new DeadLetterHeaders(
            origin.topic(),
            origin.partition(),
            origin.offset(),
            consumed.timestamp(),
            GROUP,
            Optional.empty(),
            why.refusal(),
            reason,
            why,
            1)
        .put(headers, Instant.now());
    return headers;
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

package dev.reclaim.bench.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Who an event is: source, id and day, as its headers say. */
record EventId(String source, String id, String day) {
  private static final int DAY_LENGTH = "2026-11-21".length();

  static Optional<EventId> of(ConsumerRecord<byte[], byte[]> record) {
    @Nullable String source = header(record, "ce_source");
    @Nullable String id = header(record, "ce_id");
    @Nullable String time = header(record, "ce_time");
    return source == null || id == null || time == null
        ? Optional.empty()
        : Optional.of(new EventId(source, id, time.substring(0, DAY_LENGTH)));
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }
}

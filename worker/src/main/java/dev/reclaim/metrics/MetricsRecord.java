package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** A value for the metrics topic: a CloudEvent whose id tells the values of one key apart. */
final class MetricsRecord {
  private static final String SOURCE = "reclaim/metrics";

  private MetricsRecord() {}

  static Record<byte[], byte[]> of(MetricsKey key, ReclaimedSpace space, long timestampMs) {
    byte[] keyJson = EventCodec.encode(key);
    String id = new String(keyJson, UTF_8) + "#" + (space.events() + space.duplicates());
    CloudEvent event = new CloudEvent(id, SOURCE, ReclaimedSpace.TYPE, space.updatedAt());
    RecordHeaders headers = new RecordHeaders();
    event.headers().forEach((name, text) -> headers.add(name, text.getBytes(UTF_8)));
    return new Record<>(keyJson, EventCodec.encode(space), timestampMs, headers);
  }

  /** Takes the key off the topic. */
  @SuppressWarnings("NullAway") // Streams takes a value that is not there for what it is.
  static Record<byte[], byte[]> gone(MetricsKey key, long timestampMs) {
    return new Record<>(EventCodec.encode(key), null, timestampMs);
  }
}

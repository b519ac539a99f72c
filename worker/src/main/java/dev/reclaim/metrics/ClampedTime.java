package dev.reclaim.metrics;

import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * A record's own time, but at most 5 minutes from now: one clock that is wrong must not move the
 * stream's time so far ahead that honest outcomes are taken for late ones. A record without a time
 * gets the present, because Streams would drop it.
 */
final class ClampedTime implements TimestampExtractor {
  static final Duration AHEAD_MAX = Duration.ofMinutes(5);

  private final InstantSource clock;

  ClampedTime(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> consumed, long partitionTime) {
    long now = clock.millis();
    long time = consumed.timestamp();
    return time < 0 ? now : Math.min(time, now + AHEAD_MAX.toMillis());
  }
}

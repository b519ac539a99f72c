package dev.reclaim.metrics;

import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the accounts once, as they stand. */
public final class MetricsReader {
  private static final Duration POLL = Duration.ofMillis(200);

  private MetricsReader() {}

  /**
   * Everything that was committed to the metrics topic when the call was made; empty where the
   * topic does not exist. Held in memory as a whole.
   *
   * @see #read(KafkaSettings, Duration, Predicate)
   */
  public static Map<MetricsKey, ReclaimedSpace> read(KafkaSettings kafka, Duration timeout) {
    return read(kafka, timeout, key -> true);
  }

  /**
   * The same of some keys; the others are read, but not held.
   *
   * @throws UserException when the end is not reached in time, or Kafka refuses
   * @throws InvalidEventException when a record of the topic is no metrics record: sums with a gap
   *     are not given out as exact
   */
  public static Map<MetricsKey, ReclaimedSpace> read(
      KafkaSettings kafka, Duration timeout, Predicate<MetricsKey> wanted) {
    try (MetricsFeed feed = new MetricsFeed(kafka, timeout)) {
      return read(feed, System.nanoTime() + timeout.toNanos(), wanted);
    } catch (KafkaException e) {
      throw unreadable(kafka, e);
    }
  }

  private static Map<MetricsKey, ReclaimedSpace> read(
      MetricsFeed feed, long deadlineNanos, Predicate<MetricsKey> wanted) {
    MetricsTable table = new MetricsTable(Integer.MAX_VALUE, wanted);
    feed.rewind();
    while (!feed.caughtUp()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new TimeoutException("the end was not reached in time");
      }
      feed.poll(POLL).forEach(table::apply);
    }
    return table.snapshot();
  }

  private static UserException unreadable(KafkaSettings kafka, KafkaException e) {
    return new UserException(
        Kind.FAILED,
        "Topic %s at %s cannot be read: %s. Check the address and that the broker runs."
            .formatted(kafka.topics().metrics(), kafka.bootstrapServers(), e.getMessage()),
        e);
  }
}

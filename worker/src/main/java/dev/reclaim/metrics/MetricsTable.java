package dev.reclaim.metrics;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Labels;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The newest value of each key, as compaction would leave it. Thread-safe.
 *
 * <p>Beyond its bound it lets go of the oldest days of labels first, then of the oldest hours, then
 * of the oldest days.
 */
final class MetricsTable {
  private static final Comparator<MetricsKey> LEAST_WANTED_FIRST =
      Comparator.comparingInt(MetricsTable::worth)
          .thenComparing(MetricsKey::window)
          .thenComparing(key -> Objects.requireNonNullElse(key.start(), Instant.MIN))
          .thenComparing(MetricsKey::policy)
          .thenComparing(MetricsKey::labels, Labels.ORDER);

  private final int keysMax;
  private final Predicate<MetricsKey> wanted;
  private final SortedMap<MetricsKey, ReclaimedSpace> spaces = new TreeMap<>(LEAST_WANTED_FIRST);

  MetricsTable(int keysMax) {
    this(keysMax, key -> true);
  }

  /** A table of some keys; what else is applied is checked and left out. */
  MetricsTable(int keysMax, Predicate<MetricsKey> wanted) {
    this.keysMax = keysMax;
    this.wanted = wanted;
  }

  /**
   * Takes in a record; one without a value removes its key.
   *
   * @throws InvalidEventException naming the record when it is no metrics record; nothing changes
   */
  void apply(ConsumerRecord<byte[], byte[]> consumed) {
    try {
      put(key(consumed.key()), space(consumed.value()));
    } catch (InvalidEventException e) {
      throw new InvalidEventException(
          "%s, partition %d, offset %d is no metrics record: %s"
              .formatted(consumed.topic(), consumed.partition(), consumed.offset(), e.getMessage()),
          e);
    }
  }

  private synchronized void put(MetricsKey key, @Nullable ReclaimedSpace space) {
    if (space == null || !wanted.test(key)) {
      spaces.remove(key);
      return;
    }
    spaces.put(key, space);
    if (spaces.size() > keysMax) {
      spaces.remove(spaces.firstKey());
    }
  }

  private static int worth(MetricsKey key) {
    boolean whole = key.labels().isEmpty();
    return switch (key.window()) {
      case HOUR -> whole ? 1 : 0;
      case DAY -> whole ? 2 : 0;
      case ALL -> whole ? 4 : 3;
    };
  }

  private static MetricsKey key(byte @Nullable [] json) {
    if (json == null) {
      throw new InvalidEventException("the key is missing");
    }
    MetricsKey key = EventCodec.decode(json, MetricsKey.class);
    requireAll(key.policy(), key.window());
    return key;
  }

  private static @Nullable ReclaimedSpace space(byte @Nullable [] json) {
    if (json == null) {
      return null;
    }
    ReclaimedSpace space = EventCodec.decode(json, ReclaimedSpace.class);
    requireAll(
        space.policy(), space.window(), space.reclaimed(), space.counts(), space.updatedAt());
    return space;
  }

  private static void requireAll(Object... members) {
    if (Stream.of(members).anyMatch(Objects::isNull)) {
      throw new InvalidEventException("a member is missing");
    }
  }

  /** What is known now, what goes first at the front. */
  synchronized Map<MetricsKey, ReclaimedSpace> snapshot() {
    return new LinkedHashMap<>(spaces);
  }
}

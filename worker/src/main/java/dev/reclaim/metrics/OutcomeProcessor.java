package dev.reclaim.metrics;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * Adds each outcome to the three windows of its {@code completedAt}, and its parts to those of
 * their labels, once.
 *
 * <p>A duplicate is an outcome whose identity was seen, or one so late that its identity would be
 * forgotten. It adds to {@code duplicates} of the same three windows and to nothing else; no part
 * is looked at.
 */
final class OutcomeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final byte[] MARK = {1};

  private final long retentionMs;
  private final Runnable deadLettered;

  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable WindowStore<Identity, byte[]> seen;
  private @Nullable KeyValueStore<MetricsKey, ReclaimedSpace> sums;
  private @Nullable LabelledSums labelled;

  OutcomeProcessor(Duration retention, Runnable deadLettered) {
    this.retentionMs = retention.toMillis();
    this.deadLettered = deadLettered;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> initialized) {
    context = initialized;
    seen = initialized.getStateStore(MetricsTopology.SEEN);
    KeyValueStore<MetricsKey, ReclaimedSpace> store =
        initialized.getStateStore(MetricsTopology.SUMS);
    sums = store;
    labelled = new LabelledSums(store, initialized.getStateStore(MetricsTopology.LABELLED));
  }

  private ProcessorContext<byte[], byte[]> context() {
    return Objects.requireNonNull(context, "before init");
  }

  @Override
  public void process(Record<byte[], byte[]> consumed) {
    CleanupOutcome outcome;
    try {
      outcome = OutcomeDecoder.decode(consumed.key(), consumed.value());
    } catch (InvalidEventException e) {
      reject(consumed, e);
      return;
    }
    count(outcome, consumed.timestamp());
  }

  private void reject(Record<byte[], byte[]> consumed, InvalidEventException why) {
    var origin = context().recordMetadata().orElseThrow();
    context().forward(DeadLetter.of(consumed, origin, why), MetricsTopology.DEAD_LETTERS);
    deadLettered.run();
  }

  private void count(CleanupOutcome outcome, long timestampMs) {
    boolean first = !isLate(timestampMs) && markSeen(Identity.of(outcome), timestampMs);
    for (MetricsWindow window : MetricsWindow.values()) {
      MetricsKey key = Sums.key(outcome, window, Map.of());
      update(
          key,
          outcome,
          timestampMs,
          sum -> first ? Sums.plus(sum, outcome) : Sums.plusDuplicate(sum));
    }
    if (first) {
      countParts(outcome, timestampMs);
    }
    CrashPoint.AFTER_COUNT.pass();
  }

  private void countParts(CleanupOutcome outcome, long timestampMs) {
    for (LabelledPart part : Objects.requireNonNull(labelled).parts(outcome)) {
      for (MetricsWindow window : LabelledSums.WINDOWS) {
        MetricsKey key = Sums.key(outcome, window, part.labels());
        update(key, outcome, timestampMs, sum -> Sums.plus(sum, outcome, part));
      }
    }
  }

  private boolean isLate(long timestampMs) {
    return timestampMs <= context().currentStreamTimeMs() - retentionMs;
  }

  /**
   * Whether it is the first time. Looks at all times: a clamped one differs when it comes again.
   */
  private boolean markSeen(Identity identity, long timestampMs) {
    var store = Objects.requireNonNull(seen);
    try (WindowStoreIterator<byte[]> found = store.fetch(identity, 0, Long.MAX_VALUE)) {
      if (found.hasNext()) {
        return false;
      }
    }
    store.put(identity, MARK, timestampMs);
    return true;
  }

  private void update(
      MetricsKey key,
      CleanupOutcome outcome,
      long timestampMs,
      UnaryOperator<ReclaimedSpace> change) {
    var store = Objects.requireNonNull(sums);
    ReclaimedSpace before =
        Objects.requireNonNullElseGet(store.get(key), () -> Sums.none(key, outcome));
    ReclaimedSpace after = change.apply(before);
    store.put(key, after);
    context().forward(MetricsRecord.of(key, after, timestampMs), MetricsTopology.METRICS);
  }
}

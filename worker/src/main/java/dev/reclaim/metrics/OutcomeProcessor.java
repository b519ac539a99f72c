package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
 *
 * <p>A rebuild begins with nothing, and then adds what the ledger has: sums of what is so old that
 * its outcomes would be late, and the outcomes of the rest, which count here or on their own topic,
 * whichever comes first.
 */
final class OutcomeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  private static final byte[] MARK = {1};

  private final long retentionMs;
  private final String rebuildTopic;
  private final Runnable deadLettered;

  private @Nullable ProcessorContext<byte[], byte[]> context;
  private @Nullable WindowStore<Identity, byte[]> seen;
  private @Nullable KeyValueStore<MetricsKey, ReclaimedSpace> sums;
  private @Nullable LabelledSums labelled;
  private @Nullable KeyValueStore<String, String> rebuilds;

  OutcomeProcessor(Duration retention, String rebuildTopic, Runnable deadLettered) {
    this.retentionMs = retention.toMillis();
    this.rebuildTopic = rebuildTopic;
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
    rebuilds = initialized.getStateStore(MetricsTopology.REBUILDS);
  }

  private ProcessorContext<byte[], byte[]> context() {
    return Objects.requireNonNull(context, "before init");
  }

  @Override
  public void process(Record<byte[], byte[]> consumed) {
    boolean step = context().recordMetadata().orElseThrow().topic().equals(rebuildTopic);
    try {
      if (step) {
        rebuild(EventCodec.decode(consumed.value(), RebuildStep.class), consumed.timestamp());
      } else {
        count(OutcomeDecoder.decode(consumed.key(), consumed.value()), consumed.timestamp());
      }
    } catch (InvalidEventException e) {
      reject(consumed, e);
    }
  }

  private void reject(Record<byte[], byte[]> consumed, InvalidEventException why) {
    var origin = context().recordMetadata().orElseThrow();
    context().forward(DeadLetter.of(consumed, origin, why), MetricsTopology.DEAD_LETTERS);
    deadLettered.run();
  }

  private void count(CleanupOutcome outcome, long timestampMs) {
    if (!isLate(timestampMs) && markSeen(outcome, timestampMs)) {
      add(outcome, timestampMs);
    } else {
      update(outcome, timestampMs, Sums::plusDuplicate);
    }
    CrashPoint.AFTER_COUNT.pass();
  }

  private void add(CleanupOutcome outcome, long timestampMs) {
    update(outcome, timestampMs, sum -> Sums.plus(sum, outcome));
    countParts(outcome, timestampMs);
  }

  /** Steps of a rebuild that another one has ended are left out. */
  private void rebuild(RebuildStep step, long timestampMs) {
    ReclaimedSpace total = step.total();
    CleanupOutcome outcome = step.outcome();
    if (total == null && outcome == null) {
      begin(step, timestampMs);
    } else if (!step.rebuild().equals(rebuildOf(step.policy()))) {
      return;
    } else if (total != null) {
      add(total, timestampMs);
    } else if (outcome != null && markSeen(outcome, timestampMs)) {
      add(outcome, timestampMs);
    }
  }

  /** From here on nothing was seen and nothing is counted. */
  private void begin(RebuildStep step, long timestampMs) {
    Objects.requireNonNull(rebuilds).put(step.policy(), step.rebuild());
    var store = Objects.requireNonNull(sums);
    List<MetricsKey> keys = new ArrayList<>();
    try (var found = store.prefixScan(prefix(step.policy()), new ByteArraySerializer())) {
      found.forEachRemaining(account -> keys.add(account.key));
    }
    for (MetricsKey key : keys) {
      ReclaimedSpace unused = store.delete(key);
      context().forward(MetricsRecord.gone(key, timestampMs), MetricsTopology.METRICS);
    }
    Objects.requireNonNull(labelled).forget(step.policy());
  }

  /** How the JSON of every key of the policy begins. */
  private static byte[] prefix(String policy) {
    String name = new String(EventCodec.encode(policy), UTF_8);
    return "{\"policy\":%s,".formatted(name).getBytes(UTF_8);
  }

  private void add(ReclaimedSpace total, long timestampMs) {
    Instant time = Objects.requireNonNull(total.start());
    Map<String, String> labels =
        total.labelled()
            ? Objects.requireNonNull(labelled).account(total.policy(), total.labels())
            : Map.of();
    for (MetricsWindow window :
        total.labelled() ? LabelledSums.WINDOWS : List.of(MetricsWindow.values())) {
      MetricsKey key = Sums.key(total.policy(), time, window, labels);
      update(key, total.updatedAt(), timestampMs, sum -> Sums.plus(sum, total));
    }
  }

  private @Nullable String rebuildOf(String policy) {
    return Objects.requireNonNull(rebuilds).get(policy);
  }

  private void countParts(CleanupOutcome outcome, long timestampMs) {
    for (LabelledPart part : Objects.requireNonNull(labelled).parts(outcome)) {
      for (MetricsWindow window : LabelledSums.WINDOWS) {
        MetricsKey key = Sums.key(outcome, window, part.labels());
        update(key, outcome.completedAt(), timestampMs, sum -> Sums.plus(sum, outcome, part));
      }
    }
  }

  private boolean isLate(long timestampMs) {
    return timestampMs <= context().currentStreamTimeMs() - retentionMs;
  }

  /**
   * Whether it is the first time. Looks at all times: a clamped one differs when it comes again.
   */
  private boolean markSeen(CleanupOutcome outcome, long timestampMs) {
    Identity identity = Identity.of(outcome, rebuildOf(outcome.policy()));
    var store = Objects.requireNonNull(seen);
    try (WindowStoreIterator<byte[]> found = store.fetch(identity, 0, Long.MAX_VALUE)) {
      if (found.hasNext()) {
        return false;
      }
    }
    store.put(identity, MARK, timestampMs);
    return true;
  }

  /** Changes the three windows of the whole. */
  private void update(
      CleanupOutcome outcome, long timestampMs, UnaryOperator<ReclaimedSpace> change) {
    for (MetricsWindow window : MetricsWindow.values()) {
      MetricsKey key = Sums.key(outcome, window, Map.of());
      update(key, outcome.completedAt(), timestampMs, change);
    }
  }

  private void update(
      MetricsKey key, Instant first, long timestampMs, UnaryOperator<ReclaimedSpace> change) {
    var store = Objects.requireNonNull(sums);
    ReclaimedSpace before =
        Objects.requireNonNullElseGet(store.get(key), () -> Sums.none(key, first));
    ReclaimedSpace after = change.apply(before);
    store.put(key, after);
    context().forward(MetricsRecord.of(key, after, timestampMs), MetricsTopology.METRICS);
  }
}

package dev.reclaim.metrics;

import dev.reclaim.events.MetricsWindow;
import dev.reclaim.simulation.Machine;
import dev.reclaim.simulation.Sum;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The metrics job in simulated processes, one after the other: the product's processor over stores
 * that go back to the last commit, with their offset, when the process is killed.
 */
public final class SimulatedMetrics {
  /** How long the stream remembers, as {@link MetricsSettings} has it. */
  private static final Duration RETENTION = Duration.ofDays(7);

  private static final int BATCH_MAX = 4;

  private final BiFunction<Long, Integer, List<ConsumerRecord<byte[], byte[]>>> log;
  private final LongSupplier end;
  private final boolean forgets;
  private StreamState committed = new StreamState();

  /**
   * A job that has counted nothing.
   *
   * @param log records from an offset on, so many at most
   * @param end of the log
   * @param forgets whether it does not know again what it has counted
   */
  public SimulatedMetrics(
      BiFunction<Long, Integer, List<ConsumerRecord<byte[], byte[]>>> log,
      LongSupplier end,
      boolean forgets) {
    this.log = log;
    this.end = end;
    this.forgets = forgets;
  }

  /** Goes on in this process. */
  public void start(Machine machine) {
    machine.spawn("stream", () -> run(machine));
  }

  private void run(Machine machine) {
    StreamState state = committed.copy();
    FakeContext context = new FakeContext(state, RETENTION, machine, forgets);
    OutcomeProcessor processor = new OutcomeProcessor(RETENTION, "no-rebuild", () -> {});
    processor.init(context.context());
    while (true) {
      boolean unused = machine.await(() -> end.getAsLong() > state.offset, Duration.ofDays(1_000));
      machine.pause();
      for (ConsumerRecord<byte[], byte[]> record :
          log.apply(state.offset, 1 + machine.chance().below(BATCH_MAX))) {
        process(processor, context, state, record, machine);
      }
      machine.pause();
      committed = state.copy();
    }
  }

  private static void process(
      OutcomeProcessor processor,
      FakeContext context,
      StreamState state,
      ConsumerRecord<byte[], byte[]> record,
      Machine machine) {
    long time =
        new ClampedTime(machine.clock())
            .extract(
                new ConsumerRecord<>(
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.timestamp(),
                    record.timestampType(),
                    record.serializedKeySize(),
                    record.serializedValueSize(),
                    (Object) record.key(),
                    (Object) record.value(),
                    record.headers(),
                    record.leaderEpoch()),
                state.timeMs);
    state.timeMs = Math.max(state.timeMs, time);
    context.at(record);
    processor.process(new Record<>(record.key(), record.value(), time, record.headers()));
    state.offset = record.offset() + 1;
  }

  /** Whether all of the log is counted for good. */
  public boolean isDone() {
    return committed.offset >= end.getAsLong();
  }

  /** What is published of a policy: the sum of its windows of one length. */
  public Sum of(String policy, MetricsWindow window) {
    Sum sum = Sum.NOTHING;
    for (var account : committed.sums.values()) {
      if (account.policy().equals(policy) && account.window() == window && !account.labelled()) {
        var reclaimed = account.reclaimed();
        sum = sum.plus(new Sum(reclaimed.rows(), reclaimed.files(), reclaimed.bytes()));
      }
    }
    return sum;
  }

  /** Everything that the job remembers. */
  static final class StreamState {
    final Map<String, Long> seen = new TreeMap<>();
    final Map<String, dev.reclaim.events.ReclaimedSpace> sums = new TreeMap<>();
    long timeMs = -1;
    long offset;

    StreamState copy() {
      StreamState copy = new StreamState();
      copy.seen.putAll(seen);
      copy.sums.putAll(sums);
      copy.timeMs = timeMs;
      copy.offset = offset;
      return copy;
    }

    dev.reclaim.events.@Nullable ReclaimedSpace put(
        Object key, dev.reclaim.events.@Nullable ReclaimedSpace value) {
      return value == null
          ? sums.remove(Objects.toString(key))
          : sums.put(Objects.toString(key), value);
    }
  }
}

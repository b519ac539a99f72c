package dev.reclaim.worker.pace;

import dev.reclaim.worker.pace.Throttle.TransactionLength;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * How long deleting a row takes, against what is usual. Only like is held against like: the same
 * policy, a similar number of rows, as many transactions beside it. Thread-safe.
 */
final class LatencySignal implements Signal {
  /** Times the usual at which somebody else must be at it. */
  static final double RATIO_MAX = 4;

  /** Values of a kind that are needed to judge by. */
  static final int VALUES_MIN = 5;

  /** Judgements on end that have to agree. */
  static final int AGREEING_MIN = 2;

  /** Nobody feels a shorter transaction, whatever it takes by its rows. */
  static final Duration TOOK_MIN = Duration.ofMillis(20);

  static final Duration SHORT_MAX = Duration.ofMillis(250);
  static final Duration LONG_MIN = Duration.ofSeconds(1);

  private static final int KINDS_MAX = 256;
  private static final int VALUES_MAX = 1_000;

  private final Map<Kind, Usual> kinds =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Kind, Usual> eldest) {
          return size() > KINDS_MAX;
        }
      };

  private Map<Kind, List<Done>> recent = new HashMap<>();
  private long longestNanos;
  private TransactionLength length = TransactionLength.MEDIUM;

  /** Transactions that are held against each other. */
  private record Kind(String policy, int size, int beside) {}

  /** One transaction. */
  private record Done(double nanosPerRow, double nanos) {}

  /** What is known of a kind. */
  private static final class Usual {
    private final Baseline baseline = new Baseline();
    private int slowOnEnd;
  }

  /**
   * Notes a transaction.
   *
   * @param beside transactions at the same time, those of other workers included
   */
  synchronized void record(String policy, long rows, Duration took, int beside) {
    longestNanos = Math.max(longestNanos, took.toNanos());
    if (rows > 0) {
      Kind kind = new Kind(policy, 64 - Long.numberOfLeadingZeros(rows), beside);
      List<Done> done = recent.computeIfAbsent(kind, it -> new ArrayList<>());
      if (done.size() < VALUES_MAX) {
        done.add(new Done(took.toNanos() / (double) rows, took.toNanos()));
      }
    }
  }

  @Override
  public Reading read(Handle handle) {
    return read();
  }

  /** What the transactions since the last reading say. */
  synchronized Reading read() {
    Reading reading = Reading.CALM;
    Map<Kind, List<Done>> few = new HashMap<>();
    for (Map.Entry<Kind, List<Done>> kind : recent.entrySet()) {
      if (kind.getValue().size() < VALUES_MIN) {
        few.put(kind.getKey(), kind.getValue());
      } else {
        reading = reading.or(judge(kind.getKey(), kind.getValue()));
      }
    }
    length = lengthOf(longestNanos);
    longestNanos = 0;
    recent = few.size() > KINDS_MAX ? new HashMap<>() : few;
    return reading;
  }

  /** How long transactions took before the last reading, by the longest. */
  synchronized TransactionLength length() {
    return length;
  }

  private static TransactionLength lengthOf(long nanos) {
    if (nanos > LONG_MIN.toNanos()) {
      return TransactionLength.LONG;
    }
    return nanos > 0 && nanos < SHORT_MAX.toNanos()
        ? TransactionLength.SHORT
        : TransactionLength.MEDIUM;
  }

  private Reading judge(Kind kind, List<Done> done) {
    Usual usual = kinds.computeIfAbsent(kind, it -> new Usual());
    List<Double> perRow = done.stream().map(Done::nanosPerRow).toList();
    double now = Baseline.percentile(perRow, 0.5);
    double took = Baseline.percentile(done.stream().map(Done::nanos).toList(), 0.5);
    boolean slow =
        usual.baseline.isKnown()
            && took > TOOK_MIN.toNanos()
            && now > RATIO_MAX * usual.baseline.usual();
    usual.baseline.learn(perRow);
    usual.slowOnEnd = slow ? usual.slowOnEnd + 1 : 0;
    return usual.slowOnEnd < AGREEING_MIN
        ? Reading.CALM
        : new Reading(
            Pressure.SLOW,
            name(),
            "deleting by %s takes %.0f µs a row, %.1f times the usual"
                .formatted(
                    kind.policy(),
                    now / TimeUnit.MICROSECONDS.toNanos(1),
                    now / usual.baseline.usual()));
  }

  @Override
  public String name() {
    return "the latency of deleting";
  }
}

package dev.reclaim.bench.neighbour;

import dev.reclaim.bench.Quantiles;
import java.util.Collection;

/**
 * How long transactions took, from when each was due to its end: one that had to wait for a free
 * client waited, too (no coordinated omission).
 */
public final class Latencies {
  private final long[] nanos;

  private Latencies(long... nanos) {
    this.nanos = nanos;
  }

  /**
   * A transaction.
   *
   * @param due when it should have begun, as {@link System#nanoTime} counts
   */
  record Sample(long due, long nanos) {}

  /** Those that were due within a time. */
  static Latencies between(long from, long to, Collection<Sample> samples) {
    return new Latencies(
        samples.stream()
            .filter(sample -> sample.due() - from >= 0 && sample.due() - to < 0)
            .mapToLong(Sample::nanos)
            .toArray());
  }

  public int count() {
    return nanos.length;
  }

  public double percentileMs(double percent) {
    return Quantiles.percentile(percent, nanos) / 1e6;
  }
}

package dev.reclaim.bench;

import java.util.Arrays;

/** Medians and percentiles. */
public final class Quantiles {
  private Quantiles() {}

  /** The middle value, or the mean of the two in the middle. */
  public static double median(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no value has no median");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * The smallest value that at least {@code percent} of all do not exceed (nearest rank).
   *
   * @param percent above 0, 100 at most
   */
  public static long percentile(double percent, long... values) {
    if (values.length == 0 || percent <= 0 || percent > 100) {
      throw new IllegalArgumentException(percent + " % of " + values.length + " values");
    }
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(percent / 100 * sorted.length) - 1];
  }
}

package dev.reclaim.worker.pace;

import java.util.ArrayList;
import java.util.List;

/**
 * What is usual: a low percentile that follows slowly, upwards above all, so that neither a slow
 * start nor a bad hour is soon taken for normal, and a few slow ones are none at all.
 */
final class Baseline {
  /** Values that are seen before anything is called usual. */
  static final int LEARN_VALUES = 20;

  private static final double PERCENTILE = 0.2;

  /** In a second: doubles in six minutes. */
  private static final double RISE_MAX = 1.002;

  private static final double FALL_MAX = 0.9;

  private final List<Double> learned = new ArrayList<>(LEARN_VALUES);
  private double usual;

  /** Learns a second's values. */
  void learn(List<Double> values) {
    if (!isKnown()) {
      learned.addAll(values);
      usual = percentile(learned, PERCENTILE);
      return;
    }
    double low = percentile(values, PERCENTILE);
    usual = Math.max(usual * FALL_MAX, Math.min(usual * RISE_MAX, low));
  }

  boolean isKnown() {
    return learned.size() >= LEARN_VALUES;
  }

  double usual() {
    return usual;
  }

  /** The value below which this part of the values lies. */
  static double percentile(List<Double> values, double part) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1L, (long) (part * sorted.size())));
  }
}

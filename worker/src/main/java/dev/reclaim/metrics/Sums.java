package dev.reclaim.metrics;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How an account grows. Addition only, so the order of outcomes does not matter. */
final class Sums {
  private Sums() {}

  /**
   * The account of one window size to which an outcome belongs, or the part of it with these
   * labels.
   */
  static MetricsKey key(CleanupOutcome outcome, MetricsWindow window, Map<String, String> labels) {
    return key(outcome.policy(), outcome.completedAt(), window, labels);
  }

  /** The same of anything that happened at that time. */
  static MetricsKey key(
      String policy, Instant time, MetricsWindow window, Map<String, String> labels) {
    @Nullable Instant start = window.startOf(time).orElse(null);
    return new MetricsKey(policy, window, start, labels);
  }

  /** An account without anything in it, about to get what was completed first. */
  static ReclaimedSpace none(MetricsKey key, Instant first) {
    @Nullable Instant start = key.start();
    @Nullable Instant end =
        start == null ? null : key.window().size().map(start::plus).orElse(null);
    return new ReclaimedSpace(
        key.policy(),
        key.window(),
        start,
        end,
        key.labels(),
        Reclaimed.NOTHING,
        OutcomeCounts.NONE,
        0,
        0,
        first);
  }

  static ReclaimedSpace plus(ReclaimedSpace sum, CleanupOutcome outcome) {
    return plus(sum, outcome.reclaimed(), outcome.counts(), 1, outcome.completedAt());
  }

  static ReclaimedSpace plus(ReclaimedSpace sum, CleanupOutcome outcome, LabelledPart part) {
    OutcomeCounts counts = new OutcomeCounts(part.deleted(), 0, part.marked(), 0, 0, 0, 0, 0, 0, 0);
    return plus(sum, part.reclaimed(), counts, 1, outcome.completedAt());
  }

  /** All that another account has, duplicates left out. */
  static ReclaimedSpace plus(ReclaimedSpace sum, ReclaimedSpace other) {
    return plus(sum, other.reclaimed(), other.counts(), other.events(), other.updatedAt());
  }

  private static ReclaimedSpace plus(
      ReclaimedSpace sum,
      Reclaimed reclaimed,
      OutcomeCounts counts,
      long events,
      Instant completedAt) {
    return new ReclaimedSpace(
        sum.policy(),
        sum.window(),
        sum.start(),
        sum.end(),
        sum.labels(),
        sum.reclaimed().plus(reclaimed),
        sum.counts().plus(counts),
        sum.events() + events,
        sum.duplicates(),
        later(sum.updatedAt(), completedAt));
  }

  static ReclaimedSpace plusDuplicate(ReclaimedSpace sum) {
    return new ReclaimedSpace(
        sum.policy(),
        sum.window(),
        sum.start(),
        sum.end(),
        sum.labels(),
        sum.reclaimed(),
        sum.counts(),
        sum.events(),
        sum.duplicates() + 1,
        sum.updatedAt());
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}

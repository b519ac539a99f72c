package dev.reclaim.metrics;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How an account grows. Addition only, so the order of outcomes does not matter. */
final class Sums {
  private Sums() {}

  /** The account of one window size to which an outcome belongs. */
  static MetricsKey key(CleanupOutcome outcome, MetricsWindow window) {
    @Nullable Instant start = window.startOf(outcome.completedAt()).orElse(null);
    return new MetricsKey(outcome.policy(), window, start);
  }

  /** An account without anything in it, about to get {@code first}. */
  static ReclaimedSpace none(MetricsKey key, CleanupOutcome first) {
    @Nullable Instant start = key.start();
    @Nullable Instant end =
        start == null ? null : key.window().size().map(start::plus).orElse(null);
    return new ReclaimedSpace(
        key.policy(),
        key.window(),
        start,
        end,
        Reclaimed.NOTHING,
        OutcomeCounts.NONE,
        0,
        0,
        first.completedAt());
  }

  static ReclaimedSpace plus(ReclaimedSpace sum, CleanupOutcome outcome) {
    return new ReclaimedSpace(
        sum.policy(),
        sum.window(),
        sum.start(),
        sum.end(),
        sum.reclaimed().plus(outcome.reclaimed()),
        sum.counts().plus(outcome.counts()),
        sum.events() + 1,
        sum.duplicates(),
        later(sum.updatedAt(), outcome.completedAt()));
  }

  static ReclaimedSpace plusDuplicate(ReclaimedSpace sum) {
    return new ReclaimedSpace(
        sum.policy(),
        sum.window(),
        sum.start(),
        sum.end(),
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

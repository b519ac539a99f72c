package dev.reclaim.metrics;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Outcomes with defaults. */
final class Outcomes {
  private Outcomes() {}

  /** {@code rows} rows deleted, 10 bytes each, and one key missing. */
  static CleanupOutcome outcome(String policy, String id, int rows, Instant completedAt) {
    return new CleanupOutcome(
        new EventIdentity("planner", id, completedAt.atZone(ZoneOffset.UTC).toLocalDate()),
        policy,
        null,
        ClaimKind.EXPIRED_RECORDS,
        new OutcomeCounts(rows, 0, 0, 0, 0, 0, 0, 0, 1, 0),
        new Reclaimed(rows, 0, rows * 10L),
        Reclaimed.NOTHING,
        List.of(),
        Duration.ofMillis(5),
        1,
        "worker-1",
        completedAt);
  }
}

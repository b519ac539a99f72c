package dev.reclaim.metrics;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Outcomes with defaults. */
final class Outcomes {
  private Outcomes() {}

  /** {@code rows} rows deleted, 10 bytes each, and one key missing. */
  static CleanupOutcome outcome(String policy, String id, int rows, Instant completedAt) {
    return outcome(policy, id, rows, completedAt, List.of());
  }

  /** The same, the rows shared out among these values of a label; the last gets what is left. */
  static CleanupOutcome labelled(
      String policy, String id, int rows, Instant completedAt, String... values) {
    List<LabelledPart> parts = new ArrayList<>();
    int left = rows;
    for (String value : values) {
      int share = parts.size() == values.length - 1 ? left : Math.min(left, rows / values.length);
      left -= share;
      parts.add(
          new LabelledPart(
              Map.of("format", value), share, 0, new Reclaimed(share, 0, share * 10L)));
    }
    return outcome(policy, id, rows, completedAt, parts);
  }

  /** Files that were moved into quarantine, or brought back from it. */
  static CleanupOutcome files(
      String policy, String id, Reclaimed reclaimed, long moved, long restored) {
    return files(
        policy,
        id,
        reclaimed,
        new OutcomeCounts(moved, 0, 0, 0, 0, 0, 0, 0, 0, 0).quarantine(moved, 0, restored),
        List.of(),
        Instant.parse("2026-10-01T13:20:00Z"));
  }

  /**
   * Three files of 10 bytes of which one is brought back and two are purged, each step an outcome.
   */
  static List<CleanupOutcome> quarantine(String policy, String id, Instant at) {
    OutcomeCounts moved = new OutcomeCounts(3, 0, 0, 0, 0, 0, 0, 0, 0, 0).quarantine(3, 0, 0);
    Reclaimed three = new Reclaimed(0, 3, 30);
    Reclaimed back = new Reclaimed(0, 1, 10).negated();
    Map<String, String> label = Map.of("format", "png");
    return List.of(
        files(
            policy, id + "/moved", three, moved, List.of(new LabelledPart(label, 3, 0, three)), at),
        files(
            policy,
            id + "/back",
            back,
            OutcomeCounts.NONE.quarantine(0, 0, 1),
            List.of(new LabelledPart(label, 0, 0, back)),
            at.plusSeconds(60)),
        files(
            policy,
            id + "/purged",
            Reclaimed.NOTHING,
            OutcomeCounts.NONE.quarantine(0, 2, 0),
            List.of(),
            at.plusSeconds(120)));
  }

  private static CleanupOutcome files(
      String policy,
      String id,
      Reclaimed reclaimed,
      OutcomeCounts counts,
      List<LabelledPart> parts,
      Instant at) {
    return new CleanupOutcome(
        new EventIdentity("planner", id, at.atZone(ZoneOffset.UTC).toLocalDate()),
        policy,
        null,
        ClaimKind.QUARANTINED_FILES,
        counts,
        reclaimed,
        Reclaimed.NOTHING,
        parts,
        List.of(),
        Duration.ofMillis(5),
        1,
        "worker-1",
        at);
  }

  private static CleanupOutcome outcome(
      String policy, String id, int rows, Instant completedAt, List<LabelledPart> parts) {
    return new CleanupOutcome(
        new EventIdentity("planner", id, completedAt.atZone(ZoneOffset.UTC).toLocalDate()),
        policy,
        null,
        ClaimKind.EXPIRED_RECORDS,
        new OutcomeCounts(rows, 0, 0, 0, 0, 0, 0, 0, 1, 0),
        new Reclaimed(rows, 0, rows * 10L),
        Reclaimed.NOTHING,
        parts,
        List.of(),
        Duration.ofMillis(5),
        1,
        "worker-1",
        completedAt);
  }
}

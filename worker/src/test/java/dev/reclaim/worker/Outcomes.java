package dev.reclaim.worker;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.OutcomeCounts;
import java.util.LinkedHashMap;
import java.util.Map;

/** Outcomes as a reader sees them. */
public final class Outcomes {
  private Outcomes() {}

  /** The counts that are not zero, by their names in JSON. */
  public static Map<String, Long> counts(CleanupOutcome outcome) {
    OutcomeCounts counts = outcome.counts();
    Map<String, Long> told = new LinkedHashMap<>();
    told.put("deleted", counts.deleted());
    told.put("deletedInferred", counts.deletedInferred());
    told.put("marked", counts.marked());
    told.put("protected", counts.guarded());
    told.put("held", counts.held());
    told.put("refused", counts.refused());
    told.put("locked", counts.locked());
    told.put("changed", counts.changed());
    told.put("missing", counts.missing());
    told.put("failed", counts.failed());
    told.values().removeIf(count -> count == 0);
    return told;
  }
}

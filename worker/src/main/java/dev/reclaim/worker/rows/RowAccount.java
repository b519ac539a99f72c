package dev.reclaim.worker.rows;

import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.worker.ledger.Breakdown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sums of one claim.
 *
 * @param distinct its different keys, each of which is counted once
 * @param guarded rows that something refers to
 */
record RowAccount(int distinct, int guarded, Deleted deleted, Kept kept) {
  /** Rows that were not locked by us: locked by somebody else, no longer due, no longer there. */
  record Kept(int lockedElsewhere, int changed, int missing) {

    /**
     * From what is seen of the rows at these positions.
     *
     * @param there those that are there, and whether they are due
     */
    static Kept of(List<Integer> positions, Map<Integer, Boolean> there) {
      int due = 0;
      int missing = 0;
      for (Integer position : positions) {
        Boolean isDue = there.get(position);
        missing += isDue == null ? 1 : 0;
        due += Boolean.TRUE.equals(isDue) ? 1 : 0;
      }
      return new Kept(due, positions.size() - missing - due, missing);
    }
  }

  /** Deleted or marked, children included. */
  long rows() {
    return deleted.positions().size() + deleted.childRows();
  }

  OutcomeCounts counts(boolean marks) {
    int done = deleted.positions().size();
    OutcomeCounts counts =
        new OutcomeCounts(
            marks ? 0 : done,
            0,
            marks ? done : 0,
            guarded,
            0,
            deleted.refused().size(),
            deleted.locked().size() + (long) kept.lockedElsewhere(),
            kept.changed(),
            kept.missing(),
            0);
    if (counts.sum() != distinct) {
      throw new IllegalStateException("the counts " + counts + " do not sum to " + distinct);
    }
    return counts;
  }

  Reclaimed reclaimed(boolean marks) {
    return marks
        ? Reclaimed.NOTHING
        : new Reclaimed(deleted.positions().size(), 0, deleted.rowBytes()).plus(children());
  }

  Reclaimed children() {
    return new Reclaimed(deleted.childRows(), 0, deleted.childBytes());
  }

  /** A marked row by the labels that it had before. */
  List<LabelledPart> labelled(boolean marks, List<LockedRow> done) {
    if (!marks) {
      return deleted.breakdown().parts();
    }
    Breakdown breakdown = new Breakdown();
    done.forEach(row -> breakdown.add(row.labels(), 0, 1, Reclaimed.NOTHING));
    return breakdown.parts();
  }

  List<String> notes(List<String> unreadable) {
    List<String> notes = new ArrayList<>();
    note(notes, guarded, "kept, something refers to it");
    note(notes, kept.changed(), "kept, not due by the policy: renewed, or never expired");
    note(
        notes, kept.lockedElsewhere() + deleted.locked().size(), "kept, locked by another session");
    note(notes, kept.missing(), "already gone");
    deleted.refusals().forEach((by, rows) -> notes.add(rows + " refused: " + by));
    notes.addAll(unreadable);
    return notes;
  }

  private static void note(List<String> notes, int rows, String why) {
    if (rows > 0) {
      notes.add(rows + " " + why);
    }
  }
}

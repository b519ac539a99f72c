package dev.reclaim.worker.rows;

import dev.reclaim.events.Reclaimed;
import dev.reclaim.worker.ledger.Breakdown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a deletion has done so far, committed or not: positions, rows and bytes. */
final class Deleted {
  private final List<Integer> positions = new ArrayList<>();
  private final List<Integer> locked = new ArrayList<>();
  private final Map<Integer, String> refused = new LinkedHashMap<>();
  private final Breakdown breakdown = new Breakdown();
  private long rowBytes;
  private long childRows;
  private long childBytes;

  void rows(Map<String, String> labels, List<Integer> done, long bytes) {
    positions.addAll(done);
    rowBytes += bytes;
    breakdown.add(labels, done.size(), 0, new Reclaimed(done.size(), 0, bytes));
  }

  /** Rows that go along with rows of these labels. */
  void children(Map<String, String> labels, long rows, long bytes) {
    childRows += rows;
    childBytes += bytes;
    breakdown.add(labels, 0, 0, new Reclaimed(rows, 0, bytes));
  }

  void marked(List<Integer> done) {
    positions.addAll(done);
  }

  void add(Deleted part) {
    positions.addAll(part.positions);
    rowBytes += part.rowBytes;
    childRows += part.childRows;
    childBytes += part.childBytes;
    breakdown.add(part.breakdown);
  }

  void refused(int position, String by) {
    refused.put(position, by);
  }

  void locked(List<Integer> kept) {
    locked.addAll(kept);
  }

  /** Positions in the batch of the rows that were deleted or marked. */
  List<Integer> positions() {
    return positions;
  }

  /** Who refused which row. */
  Map<Integer, String> refused() {
    return refused;
  }

  List<Integer> locked() {
    return locked;
  }

  /** Who refused, and how many rows. */
  Map<String, Integer> refusals() {
    Map<String, Integer> refusals = new LinkedHashMap<>();
    refused.values().forEach(by -> refusals.merge(by, 1, Integer::sum));
    return refusals;
  }

  /** Rows and children that were deleted; what was marked is not in it. */
  Breakdown breakdown() {
    return breakdown;
  }

  long rowBytes() {
    return rowBytes;
  }

  long childRows() {
    return childRows;
  }

  long childBytes() {
    return childBytes;
  }
}

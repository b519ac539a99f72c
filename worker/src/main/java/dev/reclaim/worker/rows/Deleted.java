package dev.reclaim.worker.rows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a deletion has done so far, committed or not: positions, rows and bytes. */
final class Deleted {
  private final List<Integer> positions = new ArrayList<>();
  private final List<Integer> refused = new ArrayList<>();
  private final List<Integer> locked = new ArrayList<>();
  private final Map<String, Integer> refusals = new LinkedHashMap<>();
  private long rowBytes;
  private long childRows;
  private long childBytes;

  void rows(List<Integer> done, long bytes) {
    positions.addAll(done);
    rowBytes += bytes;
  }

  void children(long rows, long bytes) {
    childRows += rows;
    childBytes += bytes;
  }

  void refused(int position, String by) {
    refused.add(position);
    refusals.merge(by, 1, Integer::sum);
  }

  void locked(List<Integer> kept) {
    locked.addAll(kept);
  }

  /** Positions in the batch of the rows that were deleted or marked. */
  List<Integer> positions() {
    return positions;
  }

  List<Integer> refused() {
    return refused;
  }

  List<Integer> locked() {
    return locked;
  }

  /** Who refused, and how many rows. */
  Map<String, Integer> refusals() {
    return refusals;
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

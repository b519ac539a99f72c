package dev.reclaim.planner.scan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What some part of a table holds: keys to claim, and how many rows stay for what reason. */
final class FoundRows {
  /** Most rows of one part; what holds more is read in smaller parts. */
  static final int ROWS_MAX = 20_000;

  /** Likewise, for keys that are long. */
  static final long KEY_BYTES_MAX = 8 << 20;

  private final long rowsMax;
  private final long keyBytesMax;
  private final List<List<String>> keys = new ArrayList<>();
  private final Map<String, Long> refused = new TreeMap<>();
  private long guarded;
  private long undated;
  private long staying;
  private long keyBytes;

  private FoundRows(long rowsMax, long keyBytesMax) {
    this.rowsMax = rowsMax;
    this.keyBytesMax = keyBytesMax;
  }

  /** For a part that can be read in smaller ones. */
  static FoundRows bounded() {
    return new FoundRows(ROWS_MAX, KEY_BYTES_MAX);
  }

  /** For what is not to be cut further. */
  static FoundRows whole() {
    return new FoundRows(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  List<List<String>> keys() {
    return keys;
  }

  long guarded() {
    return guarded;
  }

  long undated() {
    return undated;
  }

  /** By who refuses them. */
  Map<String, Long> refused() {
    return refused;
  }

  long refusedRows() {
    return refused.values().stream().mapToLong(Long::longValue).sum();
  }

  long size() {
    return keys.size() + staying;
  }

  /** Whether it is more than one part may hold; from then on keys are not kept. */
  boolean tooMuch() {
    return size() > rowsMax || keyBytes > keyBytesMax;
  }

  /** Whether a batch ends here. */
  boolean full() {
    return keys.size() >= ROWS_MAX || keyBytes >= KEY_BYTES_MAX;
  }

  void claim(List<String> key, int bytes) {
    keyBytes += bytes;
    if (!tooMuch()) {
      keys.add(key);
    }
  }

  void guard() {
    guarded++;
    staying++;
  }

  void leaveUndated() {
    undated++;
    staying++;
  }

  void refuse(String who) {
    refused.merge(who, 1L, Long::sum);
    staying++;
  }

  void add(FoundRows part) {
    keys.addAll(part.keys);
    part.refused.forEach((who, rows) -> refused.merge(who, rows, Long::sum));
    guarded += part.guarded;
    undated += part.undated;
    staying += part.staying;
    keyBytes += part.keyBytes;
  }
}

package dev.reclaim.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one table as they are committed, and who has locked which.
 *
 * @param <K> by which rows are named and in whose order they are read
 * @param <R> a version of a row; a change is another one
 */
final class Table<K extends Comparable<? super K>, R> {
  final String name;
  final TreeMap<K, R> committed = new TreeMap<>();
  final Map<K, Transaction> locks = new HashMap<>();

  Table(String name) {
    this.name = name;
  }

  /** The rows that a transaction sees now, its own changes among them. */
  Map<K, R> seenBy(@Nullable Transaction transaction) {
    if (transaction == null || !transaction.changes.containsKey(this)) {
      return committed;
    }
    TreeMap<K, R> seen = new TreeMap<>(committed);
    transaction
        .changesOf(this)
        .forEach(
            (key, row) -> {
              if (row.isPresent()) {
                seen.put(key, row.get());
              } else {
                seen.remove(key);
              }
            });
    return seen;
  }

  void apply(Transaction transaction) {
    transaction
        .changesOf(this)
        .forEach(
            (key, row) -> {
              if (row.isPresent()) {
                committed.put(key, row.get());
              } else {
                committed.remove(key);
              }
            });
  }
}

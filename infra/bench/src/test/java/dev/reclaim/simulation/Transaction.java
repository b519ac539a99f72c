package dev.reclaim.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one transaction has changed and locked, and when it did so. */
final class Transaction {
  final FakeSession session;

  /** {@code now()}. */
  final Instant began;

  final Map<Table<?, ?>, Map<?, ? extends Optional<?>>> changes = new LinkedHashMap<>();
  final Map<Lock, Long> lockedAt = new LinkedHashMap<>();
  final List<Runnable> whenCommitted = new ArrayList<>();

  /** Set by the statement that a safeguard says has to be an earlier one. */
  final Map<String, Object> snapshots = new HashMap<>();

  @Nullable Transaction waitsFor;
  boolean aborted;
  boolean over;

  /** One row, there or not. */
  record Lock(Table<?, ?> table, Object key) {}

  Transaction(FakeSession session, Instant began) {
    this.session = session;
    this.began = began;
  }

  @SuppressWarnings("unchecked") // Only put() adds to it.
  <K extends Comparable<? super K>, R> Map<K, Optional<R>> changesOf(Table<K, R> table) {
    return (Map<K, Optional<R>>)
        changes.computeIfAbsent(table, it -> new LinkedHashMap<K, Optional<R>>());
  }

  <K extends Comparable<? super K>, R> void put(Table<K, R> table, K key, Optional<R> row) {
    changesOf(table).put(key, row);
  }

  void commit() {
    changes.keySet().forEach(table -> table.apply(this));
    end();
    whenCommitted.forEach(Runnable::run);
  }

  void rollBack() {
    end();
  }

  private void end() {
    over = true;
    lockedAt.keySet().forEach(lock -> lock.table().locks.remove(lock.key(), this));
  }

  /** What was changed so far, for a savepoint. */
  Transaction copy() {
    Transaction copy = new Transaction(session, began);
    changes.forEach((table, rows) -> copy.changes.put(table, new LinkedHashMap<>(rows)));
    copy.whenCommitted.addAll(whenCommitted);
    return copy;
  }

  void goBackTo(Transaction copy) {
    changes.clear();
    copy.changes.forEach((table, rows) -> changes.put(table, new LinkedHashMap<>(rows)));
    whenCommitted.clear();
    whenCommitted.addAll(copy.whenCommitted);
    aborted = false;
  }
}

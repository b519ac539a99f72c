package dev.reclaim.worker.pace;

import dev.reclaim.policy.TableName;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What somebody has wanted to delete of late. Not thread-safe; time is that of the pace. */
final class Demand {
  /** How long nobody has to want anything until the signals are left alone. */
  static final Duration IDLE_AFTER = Duration.ofSeconds(10);

  private static final int TABLES_MAX = 16;

  private final Map<TableName, Long> tables = new LinkedHashMap<>();
  private long wantedAt;

  /** Nobody has wanted anything yet. */
  Demand(long now) {
    this.wantedAt = now - 2 * IDLE_AFTER.toNanos();
  }

  void want(TableName table, long now) {
    wantedAt = now;
    tables.remove(table);
    tables.put(table, now);
    if (tables.size() > TABLES_MAX) {
      tables.remove(tables.keySet().iterator().next());
    }
  }

  /** Somebody has just ended. */
  void goesOn(long now) {
    wantedAt = now;
  }

  boolean isOver(long now) {
    return now - wantedAt > IDLE_AFTER.toNanos();
  }

  /** The tables, the one that was wanted last at the end. */
  Collection<TableName> tables(long now) {
    tables.values().removeIf(at -> now - at > IDLE_AFTER.toNanos());
    return List.copyOf(tables.keySet());
  }
}

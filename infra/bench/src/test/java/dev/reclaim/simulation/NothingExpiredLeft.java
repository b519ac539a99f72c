package dev.reclaim.simulation;

import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Once the application has stopped and one more run was made, nothing is left that should go. */
final class NothingExpiredLeft extends Invariant {
  NothingExpiredLeft(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    for (String table : List.of("jobs", "sessions")) {
      expired(world, table).forEach(row -> violated("%s of %s is left", row.key(), table));
    }
    orphans(world).forEach(file -> violated("%s is left", file.path()));
  }

  /** Policies that have something to do. */
  static List<String> policies(World world) {
    List<String> policies = new ArrayList<>();
    for (String table : List.of("jobs", "sessions")) {
      if (!expired(world, table).isEmpty()) {
        policies.add(table);
      }
    }
    if (!orphans(world).isEmpty()) {
      policies.add("orphans");
    }
    return policies;
  }

  /** Files that nothing names and that are old enough by now. */
  static List<StoredObject> orphans(World world) {
    Instant newest = world.store.now().minus(Policies.FILES_KEPT);
    return world.store.files.values().stream()
        .filter(file -> file.modified().isBefore(newest))
        .filter(file -> world.database.naming(file.path(), Long.MAX_VALUE).isEmpty())
        .toList();
  }

  /** Rows that should go by now. */
  static List<Row> expired(World world, String table) {
    Instant cutoff = world.database.now().minus(Policies.ROWS_KEPT);
    return world.database.rowsOf(table).committed.values().stream()
        .filter(row -> row.createdAt().isBefore(cutoff))
        .filter(row -> !(table.equals("jobs") && world.database.isReferredTo(row.key())))
        .toList();
  }
}

package dev.reclaim.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every row that was due when its run began and that nobody has touched since was claimed by the
 * run, whoever went on with it.
 */
final class NothingSkipped extends Invariant {
  private final Map<String, Begun> begun = new HashMap<>();
  private @Nullable World world;

  NothingSkipped(Violations violations) {
    super(violations);
  }

  /** What was due at a moment. */
  private record Begun(long step, List<Row> due) {}

  @Override
  void begin(World all) {
    world = all;
  }

  @Override
  void runChanged(RunChange change) {
    RunRow run = change.after();
    if (world == null || run.policy().equals("orphans")) {
      return;
    }
    if (change.before() == null) {
      begun.put(run.id(), new Begun(world.scheduler.step(), due(world.database, run)));
    } else if (change.ends()) {
      Begun then = begun.getOrDefault(run.id(), new Begun(0, List.of()));
      for (Row row : then.due()) {
        boolean untouched =
            row.equals(world.database.rowsOf(run.policy()).committed.get(row.key()))
                && world.database.referredToAt(row.key()) < then.step();
        if (untouched && !world.topics.said.keys(run.id()).contains(row.key())) {
          violated("%s ends and has not claimed %s", run.id(), row.key());
        }
      }
    }
  }

  private static List<Row> due(FakeDatabase database, RunRow run) {
    return database.rowsOf(run.policy()).committed.values().stream()
        .filter(row -> row.createdAt().isBefore(run.cutoff()))
        .filter(row -> !(run.policy().equals("jobs") && database.isReferredTo(row.key())))
        .toList();
  }
}

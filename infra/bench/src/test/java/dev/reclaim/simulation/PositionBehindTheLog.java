package dev.reclaim.simulation;

import org.jspecify.annotations.Nullable;

/** What lies behind the position in a run's row is on the log. */
final class PositionBehindTheLog extends Invariant {
  private @Nullable World world;

  PositionBehindTheLog(Violations violations) {
    super(violations);
  }

  @Override
  void begin(World all) {
    world = all;
  }

  @Override
  void runChanged(RunChange change) {
    RunRow run = change.after();
    String position = run.progress().position();
    boolean moved =
        change.before() != null && !change.before().progress().position().equals(position);
    if (moved && world != null) {
      for (String key : world.scans.upTo(change.by(), run.id(), position)) {
        if (!world.topics.said.keys(run.id()).contains(key)) {
          violated("%s is at %s, %s was not said", run.id(), position, key);
        }
      }
    }
  }
}

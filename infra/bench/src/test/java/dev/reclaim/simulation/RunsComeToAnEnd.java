package dev.reclaim.simulation;

/** Without trouble every slot is carried out, and its run is ended. */
final class RunsComeToAnEnd extends Invariant {
  RunsComeToAnEnd(Violations violations) {
    super(violations);
  }

  static boolean isSo(World world) {
    return world.slots.allDone()
        && world.database.runs.committed.values().stream().noneMatch(RunRow::unfinished);
  }

  @Override
  void check(World world) {
    for (Slots.Slot slot : world.slots.all()) {
      RunRow run = world.database.runs.committed.get(slot.run());
      if (run == null || run.unfinished()) {
        violated("%s has not ended: %s", slot.run(), run == null ? "not begun" : run.progress());
      }
    }
  }
}

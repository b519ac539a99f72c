package dev.reclaim.simulation;

import dev.reclaim.planner.RunResult;

/**
 * Something that has to be so whatever happens. It hears of what is done for good, and is asked
 * when all has come to rest.
 */
abstract class Invariant {
  private final Violations violations;

  Invariant(Violations violations) {
    this.violations = violations;
  }

  /** By which a violation is named. */
  final String name() {
    return getClass().getSimpleName();
  }

  final void violated(String what, Object... of) {
    violations.add(name(), what.formatted(of));
  }

  /** Everything begins. */
  void begin(World world) {}

  /** We have deleted a row. */
  void rowGone(RowGone gone) {}

  /** We have deleted a file. */
  void fileGone(FileGone gone) {}

  /** A group has moved its offset. */
  void offsetMoved(FakeTopic topic, int partition, long next) {}

  /** A row of the table of runs is committed. */
  void runChanged(RunChange change) {}

  /** A run has noted what it published, perhaps once more. */
  void eventNoted(RunEvent event) {}

  /** A planner says how a run has ended. */
  void reported(RunResult result) {}

  /** All is at rest. */
  void check(World world) {}
}

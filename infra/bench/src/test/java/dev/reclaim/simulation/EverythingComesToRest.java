package dev.reclaim.simulation;

/** Without trouble all that is under way ends, and is said, noted and counted. */
final class EverythingComesToRest extends Invariant {
  EverythingComesToRest(Violations violations) {
    super(violations);
  }

  static boolean isSo(World world) {
    return world.work.isDone()
        && world.deferred.isDone()
        && Invariants.allNoted(world)
        && world.metrics.isDone()
        && RunsComeToAnEnd.isSo(world);
  }

  @Override
  void check(World world) {
    if (!isSo(world)) {
      violated(
          "work done: %s, deferred: %s, noted: %s, counted: %s",
          world.work.isDone(),
          world.deferred.isDone(),
          Invariants.allNoted(world),
          world.metrics.isDone());
    }
  }
}

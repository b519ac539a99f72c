package dev.reclaim.simulation;

/** The product never meets what it holds for impossible. */
final class NothingImpossible extends Invariant {
  NothingImpossible(Violations violations) {
    super(violations);
  }

  @Override
  void begin(World world) {
    world.scheduler.whenImpossible(what -> violated("%s", what));
  }
}

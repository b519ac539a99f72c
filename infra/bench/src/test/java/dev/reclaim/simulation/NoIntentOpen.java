package dev.reclaim.simulation;

/** Whatever was about to be deleted has gone or was given back. */
final class NoIntentOpen extends Invariant {
  NoIntentOpen(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    world.database.intents.committed.values().stream()
        .filter(intent -> !intent.done())
        .forEach(intent -> violated("%s of %s is open", intent.path(), intent.event()));
    world.database.openClaims.committed.keySet().forEach(event -> violated("%s is open", event));
  }
}

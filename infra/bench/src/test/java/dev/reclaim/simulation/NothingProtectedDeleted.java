package dev.reclaim.simulation;

/**
 * No row goes that something referred to before we had locked it, or that a transaction refers to
 * which had locked it before us.
 */
final class NothingProtectedDeleted extends Invariant {
  NothingProtectedDeleted(Violations violations) {
    super(violations);
  }

  @Override
  void rowGone(RowGone gone) {
    for (Asset asset : gone.references()) {
      if (asset.hard() || asset.madeAt() < gone.lockedAt()) {
        violated(
            "%s of %s, locked at step %d, was referred to by %s since step %d",
            gone.row().key(), gone.table(), gone.lockedAt(), asset.key(), asset.madeAt());
      }
    }
  }
}

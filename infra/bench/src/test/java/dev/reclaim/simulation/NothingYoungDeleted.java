package dev.reclaim.simulation;

/** No file goes before its age, unless it goes with a row that has gone. */
final class NothingYoungDeleted extends Invariant {
  NothingYoungDeleted(Violations violations) {
    super(violations);
  }

  @Override
  void fileGone(FileGone gone) {
    boolean young = gone.file().modified().isAfter(gone.now().minus(Policies.FILES_KEPT));
    if (young && !gone.withItsRow()) {
      violated("%s of %s went at %s", gone.file().path(), gone.file().modified(), gone.now());
    }
  }
}

package dev.reclaim.simulation;

/** No file goes that something named before we looked for it the last time. */
final class NothingNamedDeleted extends Invariant {
  NothingNamedDeleted(Violations violations) {
    super(violations);
  }

  @Override
  void fileGone(FileGone gone) {
    for (String by : gone.namedBy()) {
      violated("%s was named by %s when it was looked at", gone.file().path(), by);
    }
  }
}

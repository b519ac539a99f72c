package dev.reclaim.simulation;

/** No content goes that was not the one that we had seen. */
final class NothingReplacedDeleted extends Invariant {
  NothingReplacedDeleted(Violations violations) {
    super(violations);
  }

  @Override
  void fileGone(FileGone gone) {
    if (!gone.asSeen()) {
      violated("%s went as %s, which nobody had seen", gone.file().path(), gone.file().etag());
    }
  }
}

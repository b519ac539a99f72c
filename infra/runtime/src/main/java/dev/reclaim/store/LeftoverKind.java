package dev.reclaim.store;

/** What a bucket may keep beside the files that it shows. */
public enum LeftoverKind {
  /** Versions that were replaced or deleted, and delete markers with nothing behind them. */
  OLD_VERSIONS,
  /** Uploads in parts that were begun, and neither completed nor aborted. */
  UNFINISHED_UPLOADS
}

package dev.reclaim.simulation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the ledger. */
record Entry(
    String policy,
    @Nullable String run,
    String kind,
    String digest,
    @Nullable String outcome,
    @Nullable String followUps,
    long rows,
    long files,
    long bytes,
    Instant completedAt,
    @Nullable Instant emittedAt) {
  Entry emitted(Instant now) {
    return new Entry(
        policy, run, kind, digest, outcome, followUps, rows, files, bytes, completedAt, now);
  }

  Entry closed(
      @Nullable String said, @Nullable String named, long newRows, long newFiles, long newBytes) {
    return new Entry(
        policy,
        run,
        kind,
        digest,
        said,
        named,
        newRows,
        newFiles,
        newBytes,
        completedAt,
        emittedAt);
  }
}

package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.store.FingerprintSet;
import java.nio.ByteBuffer;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The files that a pass of a run has claimed so far, as fingerprints in its database: a process
 * that goes on with the run lists the store anew, in whatever order, and claims the others alone.
 *
 * <p>A collision holds a file back until the next run. The events of one batch that was sent but
 * not noted may be said once more under other identities; their files count once all the same, by
 * the store's intents.
 */
public final class ClaimedBefore implements OrphanGate {
  private static final String READ =
      "SELECT fingerprints FROM reclaim.run_claimed_file WHERE run = :run AND pass = :pass";

  private static final String NOTE =
      "INSERT INTO reclaim.run_claimed_file (run, pass, fingerprints) VALUES (:run, :pass, :fingerprints)";

  private final Database database;
  private final String run;
  private final int pass;
  private @Nullable FingerprintSet claimed;

  /** What was claimed is read when the first file is asked for. */
  public ClaimedBefore(Database database, String run, int pass) {
    this.database = database;
    this.run = run;
    this.pass = pass;
  }

  /**
   * Notes claims of a run; those about rows need no note, as their position says where to go on.
   */
  public static void note(Handle handle, String run, int pass, List<Claim> claims) {
    List<ClaimedFile> files =
        claims.stream()
            .filter(OrphanedFiles.class::isInstance)
            .flatMap(claim -> ((OrphanedFiles) claim).files().stream())
            .toList();
    if (files.isEmpty()) {
      return;
    }
    ByteBuffer fingerprints = ByteBuffer.allocate(files.size() * Long.BYTES);
    files.forEach(file -> fingerprints.putLong(FingerprintSet.fingerprint(file.path())));
    int unused =
        handle
            .createUpdate(NOTE)
            .bind("run", run)
            .bind("pass", pass)
            .bind("fingerprints", fingerprints.array())
            .execute();
  }

  @Override
  public boolean passes(ClaimedFile file) {
    FingerprintSet known = claimed == null ? read() : claimed;
    return !known.contains(file.path());
  }

  private FingerprintSet read() {
    FingerprintSet known = new FingerprintSet();
    database
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createQuery(READ)
                    .bind("run", run)
                    .bind("pass", pass)
                    .mapTo(byte[].class)
                    .forEach(part -> addAll(ByteBuffer.wrap(part), known)));
    known.seal();
    claimed = known;
    return known;
  }

  private static void addAll(ByteBuffer part, FingerprintSet known) {
    while (part.hasRemaining()) {
      known.add(part.getLong());
    }
  }
}

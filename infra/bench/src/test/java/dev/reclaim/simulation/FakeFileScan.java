package dev.reclaim.simulation;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Old files that nothing names, by the listing that the store gives when it is opened: from the
 * start, wherever the run was before.
 */
final class FakeFileScan implements Scan {
  private static final int FILES_MAX = 3;

  private final World world;
  private final String run;
  private final Instant cutoff;
  private final OrphanGate gate;
  private final FakeScans.Listener listener;
  private final List<StoredObject> listing;
  private int listed;

  FakeFileScan(
      World world, String run, Instant cutoff, OrphanGate gate, FakeScans.Listener listener) {
    this.world = world;
    this.run = run;
    this.cutoff = cutoff;
    this.gate = gate;
    this.listener = listener;
    this.listing = List.copyOf(world.store.files.values());
  }

  @Override
  public Batch next(String position) {
    world.scheduler.pause();
    List<ClaimedFile> files = new ArrayList<>();
    long guarded = 0;
    for (int i = 0; i < FILES_MAX && listed < listing.size(); i++) {
      StoredObject file = listing.get(listed++);
      ClaimedFile claimed = new ClaimedFile(file.path(), file.size(), file.etag(), file.modified());
      if (file.modified().isBefore(cutoff)) {
        boolean named = !world.database.naming(file.path(), Long.MAX_VALUE).isEmpty();
        guarded += named ? 1 : 0;
        if (!named && gate.passes(claimed)) {
          files.add(claimed);
        }
      }
    }
    boolean last = listed == listing.size();
    String next = String.valueOf(listed);
    listener.found(next, files.stream().map(ClaimedFile::path).toList());
    return new Batch(claims(files), guarded, 0, 0, next, last ? 1 : 0.5, last);
  }

  private List<Claim> claims(List<ClaimedFile> files) {
    return files.isEmpty()
        ? List.of()
        : List.of(new OrphanedFiles("orphans", run, world.store.name(), null, files));
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}

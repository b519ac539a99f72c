package dev.reclaim.planner.scan;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.store.Leftover;
import dev.reclaim.store.LeftoverListing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Old versions or unfinished uploads of one store. Their age alone decides, since nothing refers to
 * them by name.
 *
 * <p>A position counts what was listed within this scan; another process begins anew and finds the
 * same.
 */
public final class LeftoverScan implements Scan {
  private static final int LEFTOVERS_PER_BATCH = 10_000;

  private final LeftoverPolicy policy;
  private final LeftoverListing store;
  private final String run;
  private final Instant cutoff;
  private @Nullable LeftoverSpill spill;

  /**
   * A scan of one store.
   *
   * @param cutoff what was replaced, or gone on with, after this is left alone
   */
  public LeftoverScan(LeftoverPolicy policy, LeftoverListing store, String run, Instant cutoff) {
    this.policy = policy;
    this.store = store;
    this.run = run;
    this.cutoff = cutoff;
  }

  @Override
  public Batch next(String position) {
    LeftoverSpill found = spill == null ? begin() : spill;
    List<ClaimedLeftover> batch = new ArrayList<>();
    while (batch.size() < LEFTOVERS_PER_BATCH) {
      Optional<Leftover> next = found.next();
      if (next.isEmpty()) {
        break;
      }
      batch.add(claimed(next.get()));
    }
    return new Batch(
        claims(batch), 0, 0, 0, Long.toString(found.read()), found.progress(), found.atEnd());
  }

  private LeftoverSpill begin() {
    LeftoverSpill listed = LeftoverSpill.of(store, policy.prefix(), cutoff);
    spill = listed;
    return listed;
  }

  private static ClaimedLeftover claimed(Leftover found) {
    String id = found.id().id();
    boolean upload = found.shape() == Leftover.Shape.UPLOAD;
    return new ClaimedLeftover(
        found.id().path(),
        upload ? null : id,
        upload ? id : null,
        found.size(),
        found.since().orElse(null));
  }

  private List<Claim> claims(List<ClaimedLeftover> leftovers) {
    List<Claim> claims = new ArrayList<>();
    for (List<ClaimedLeftover> chunk : ClaimChunks.of(leftovers, LeftoverScan::jsonBytes)) {
      claims.add(new StoreLeftovers(policy.name(), run, policy.store(), chunk));
    }
    return claims;
  }

  /** Names of the members, size and time take 120 at most. */
  private static int jsonBytes(ClaimedLeftover leftover) {
    return ClaimChunks.jsonBytes(leftover.path())
        + ClaimChunks.jsonBytes(String.valueOf(leftover.version()))
        + ClaimChunks.jsonBytes(String.valueOf(leftover.upload()))
        + 120;
  }

  @Override
  public void close() {
    if (spill != null) {
      spill.close();
    }
  }
}

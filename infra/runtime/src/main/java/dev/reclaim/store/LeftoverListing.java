package dev.reclaim.store;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** Seeing what a bucket keeps beside its files. Safe for use by several threads. */
public interface LeftoverListing {
  /**
   * Shows everything that is old by the cutoff under paths of files that start with the prefix, as
   * {@link Leftover#isOld} says. Returns only when the listing is complete. Memory does not grow
   * with the bucket.
   *
   * @throws StoreUnavailableException the listing broke off; what was shown is not all
   */
  void list(String prefix, Instant cutoff, Consumer<Leftover> visitor);

  /**
   * Those that are there right now, old or not.
   *
   * @throws StoreUnavailableException one of them could not be asked for
   */
  Map<LeftoverId, Leftover> look(Collection<LeftoverId> ids);
}

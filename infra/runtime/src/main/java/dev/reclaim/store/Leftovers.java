package dev.reclaim.store;

import java.util.List;
import java.util.Map;

/** One kind of what a bucket keeps beside its files, to be seen and deleted. */
public interface Leftovers extends LeftoverListing {
  /**
   * Deletes each for good, and says what became of it. No condition can be set: look right before,
   * for a version may have become current again and an upload may be gone on with. Nothing is
   * repeated inside.
   *
   * @param found at most {@value ObjectDeletion#FILES_MAX}, each once, seen by {@link #look}
   * @return exactly those asked for; what is gone by now may be called {@link
   *     DeletionResult#DELETED}, which no bucket tells apart
   * @throws StoreUnavailableException the effect on those it does not report is unknown
   */
  Map<LeftoverId, Deletion> delete(List<Leftover> found);
}

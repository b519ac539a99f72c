package dev.reclaim.store;

import java.util.List;
import java.util.Map;

/** Taking files out of a store, each only if it is still what was seen. */
public interface ObjectDeletion {
  /** The most files of one call. */
  int FILES_MAX = 1_000;

  /**
   * Deletes each file whose content is still the one that was seen, and says per path what became
   * of it. Nothing is repeated inside: what is told is what this one call did.
   *
   * <p>What no store can tell: a file that somebody else deleted between our last look and our
   * deletion. A bucket that honours conditions and tells absence leaves no such gap; one that only
   * honours conditions is looked at within the second before, every other right before, and a
   * directory likewise, so the gap is the time of one request. Two callers with the same file at
   * the same moment may both be told {@link DeletionResult#DELETED}: give the right to delete to
   * one of them first.
   *
   * @param objects at most {@value #FILES_MAX}, no path twice
   * @return exactly the paths asked for
   * @throws StoreUnavailableException the effect on those it does not report is unknown
   */
  Map<String, Deletion> delete(List<StoredObject> objects);

  /**
   * Whether deleted files give their bytes back at once; where not, they are hidden behind delete
   * markers, and their bytes are free when their versions go.
   *
   * @throws StoreUnavailableException when there is no answer
   */
  default boolean freesBytes() {
    return true;
  }
}

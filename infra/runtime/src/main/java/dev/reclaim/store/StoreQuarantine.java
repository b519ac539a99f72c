package dev.reclaim.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The part of a store that lies out of sight, below {@code .reclaim/quarantine/}: files wait there
 * that may still be brought back. Safe for use by several threads.
 *
 * <p>A file's name in it is that of {@link QuarantineName}; no other name is taken.
 */
public interface StoreQuarantine {
  /** The most files of one call. */
  int FILES_MAX = ObjectDeletion.FILES_MAX;

  /**
   * A file and where it goes.
   *
   * @param from the file as it was seen, under its path, or in the quarantine under its name there
   * @param to its name in the quarantine, or the path it gets again
   */
  record Move(StoredObject from, String to) {}

  /**
   * Moves files away, each only if it is still what was seen, with everything that belongs to it.
   * Nothing is gone from its path before the whole of it is known to be in the quarantine.
   *
   * <p>May be repeated after a lost answer: what was moved then is {@link Moved.Result#MISSING},
   * and is found by {@link #stat}. Of what is not moved a copy may be left under the name.
   *
   * @return exactly the paths asked for
   * @throws StoreUnavailableException the effect is unknown
   */
  Map<String, Moved> keep(List<Move> moves);

  /**
   * Brings files back, each only if nothing else has its path. A path that has the very content
   * already is the work of an answer that was lost.
   *
   * @return exactly the names asked for
   * @throws StoreUnavailableException the effect is unknown
   */
  Map<String, Moved> putBack(List<Move> moves);

  /**
   * Those of the names that are there right now.
   *
   * @throws StoreUnavailableException one of them could not be asked for
   */
  Map<String, StoredObject> stat(Collection<String> names);

  /**
   * Removes files from the quarantine for good, as {@link ObjectDeletion#delete} does elsewhere.
   *
   * @param kept files as the quarantine shows them
   */
  Map<String, Deletion> remove(List<StoredObject> kept);
}

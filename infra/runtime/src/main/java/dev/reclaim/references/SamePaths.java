package dev.reclaim.references;

import dev.reclaim.policy.StoreReference;
import dev.reclaim.store.ObjectListing;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Files of a store that files of other stores keep, as those are right now. */
public final class SamePaths {
  private final Map<StoreReference, ObjectListing> stores;

  /**
   * A look for one store.
   *
   * @param stores each reference with the open store that it means
   */
  public SamePaths(Map<StoreReference, ObjectListing> stores) {
    this.stores = Map.copyOf(stores);
  }

  /**
   * Those of the paths at which another store has a file.
   *
   * @throws dev.reclaim.store.StoreUnavailableException one of the stores could not be asked
   */
  public Set<String> kept(Collection<String> paths) {
    Set<String> kept = new HashSet<>();
    stores.forEach(
        (reference, store) -> {
          Map<String, String> there = new HashMap<>();
          paths.forEach(path -> there.put(reference.prefix() + path, path));
          List<String> asked = List.copyOf(there.keySet());
          store.stat(asked).keySet().forEach(found -> kept.add(there.getOrDefault(found, found)));
        });
    return kept;
  }
}

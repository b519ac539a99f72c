package dev.reclaim.planner.scan;

import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A store in memory that can break off. */
final class ListedFiles implements ObjectListing {
  private final Map<String, StoredObject> files = new TreeMap<>();
  private int listings;
  private boolean breaksOff;

  void file(String path, Instant modified, long size) {
    files.put(path, new StoredObject(path, size, "etag-" + path, modified));
  }

  /** Every listing fails after its last file. */
  void breaksOff() {
    breaksOff = true;
  }

  /** Complete ones. */
  int listings() {
    return listings;
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    files.values().stream().filter(it -> it.path().startsWith(prefix)).forEach(visitor);
    if (breaksOff) {
      throw new StoreUnavailableException("broken off", null);
    }
    listings++;
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    Map<String, StoredObject> found = new TreeMap<>(files);
    found.keySet().retainAll(paths);
    return found;
  }
}

package dev.reclaim.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every deletion asks of its caller. */
final class Deletions {
  private Deletions() {}

  /** The objects by path, in their order; refuses too many, and two of one path. */
  static Map<String, StoredObject> byPath(List<StoredObject> objects) {
    if (objects.size() > ObjectDeletion.FILES_MAX) {
      throw new IllegalArgumentException(
          "%d files at once; at most %d".formatted(objects.size(), ObjectDeletion.FILES_MAX));
    }
    Map<String, StoredObject> byPath = new LinkedHashMap<>();
    for (StoredObject object : objects) {
      if (byPath.put(object.path(), object) != null) {
        throw new IllegalArgumentException("Twice in one deletion: " + object.path());
      }
    }
    return byPath;
  }
}

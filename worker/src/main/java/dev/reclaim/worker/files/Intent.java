package dev.reclaim.worker.files;

import dev.reclaim.store.StoredObject;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The right to delete one content of one file.
 *
 * @param version names the content: the store's tag and the second of its modification, as every
 *     view of it shows them
 * @param size bytes that are counted when it goes
 * @param attempt counts up each time the right is taken again
 */
record Intent(String path, String version, long size, int attempt) {
  static String version(StoredObject object) {
    return object.etag() + "@" + object.modified().truncatedTo(ChronoUnit.SECONDS);
  }

  /** What a file's deletion asks for. */
  static Intent wanted(StoredObject object, boolean freesBytes) {
    return new Intent(object.path(), version(object), freesBytes ? object.size() : 0, 0);
  }

  /** Whether the store shows this very content. */
  boolean isIn(Map<String, StoredObject> live) {
    @Nullable StoredObject object = live.get(path);
    return object != null && version(object).equals(version);
  }

  boolean sameContent(Intent other) {
    return path.equals(other.path) && version.equals(other.version);
  }
}

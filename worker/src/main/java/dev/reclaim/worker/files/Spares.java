package dev.reclaim.worker.files;

import dev.reclaim.store.StoreQuarantine;
import dev.reclaim.store.StoredObject;
import java.util.List;

/**
 * Copies in a quarantine whose originals stayed at their paths. They are removed while their rows
 * are locked, so that no attempt makes such a copy anew and trusts it.
 */
record Spares(FileTarget target) {
  private static final int AT_ONCE_MAX = 100;

  /** Removes them, as far as nobody else is at it. */
  void clear() {
    int cleared = AT_ONCE_MAX;
    while (cleared == AT_ONCE_MAX) {
      cleared =
          target
              .state()
              .jdbi()
              .inTransaction(
                  handle -> {
                    List<String> names = target.quarantine().takeSpare(handle, AT_ONCE_MAX);
                    remove(names);
                    return names.size();
                  });
    }
  }

  private void remove(List<String> names) {
    if (!names.isEmpty()) {
      StoreQuarantine quarantine = target.store().quarantine();
      List<StoredObject> copies = List.copyOf(quarantine.stat(names).values());
      if (!copies.isEmpty()) {
        quarantine.remove(copies);
      }
    }
  }
}

package dev.reclaim.worker.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The intents of one attempt: those it took, and those of earlier attempts that it did not take
 * again.
 */
final class Intents {
  private final Map<String, List<Intent>> byPath = new LinkedHashMap<>();

  Intents(List<Intent> earlier, List<Intent> taken) {
    taken.forEach(this::add);
    earlier.stream()
        .filter(intent -> taken.stream().noneMatch(intent::sameContent))
        .forEach(this::add);
  }

  /** The intent under which a file went: the newest of its path. */
  Intent spend(String path) {
    List<Intent> intents = byPath.getOrDefault(path, List.of());
    if (intents.isEmpty()) {
      throw new IllegalStateException("deleted without an intent: " + path);
    }
    return intents.remove(0);
  }

  /** Intents of files that stay. */
  List<Intent> unspent() {
    return byPath.values().stream().flatMap(List::stream).toList();
  }

  private void add(Intent intent) {
    byPath.computeIfAbsent(intent.path(), path -> new ArrayList<>()).add(intent);
  }
}

package dev.reclaim.planner;

import dev.reclaim.store.FingerprintSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Paths that were met before, some bytes each however many there are. */
final class SeenPaths {
  private static final int OPEN_MAX = 50_000;

  private final List<FingerprintSet> sealed = new ArrayList<>();
  private final Set<String> open = new HashSet<>();

  /** Whether the path is new. */
  boolean add(String path) {
    String exact = exact(path);
    if (sealed.stream().anyMatch(set -> set.contains(exact)) || !open.add(exact)) {
      return false;
    }
    if (open.size() == OPEN_MAX) {
      FingerprintSet set = new FingerprintSet();
      open.forEach(set::add);
      set.seal();
      sealed.add(set);
      open.clear();
    }
    return true;
  }

  /** A fingerprint does not tell one slash from two; here they are two paths. */
  private static String exact(String path) {
    return path.replace('/', '\u0000');
  }
}

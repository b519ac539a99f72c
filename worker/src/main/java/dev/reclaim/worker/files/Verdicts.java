package dev.reclaim.worker.files;

import dev.reclaim.events.OutcomeCounts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was decided about each file of an event, and why; one verdict a path. */
final class Verdicts {
  /** What becomes of a file; the names are those of the outcome's counts. */
  enum Verdict {
    DELETED,
    DELETED_INFERRED,
    GUARDED,
    REFUSED,
    CHANGED,
    MISSING,
    FAILED
  }

  private final Map<String, Verdict> verdicts = new LinkedHashMap<>();
  private final Map<String, Integer> reasons = new LinkedHashMap<>();

  void put(String path, Verdict verdict, String why) {
    if (verdicts.put(path, verdict) == null && !why.isEmpty()) {
      reasons.merge(why, 1, Integer::sum);
    }
  }

  boolean has(String path) {
    return verdicts.containsKey(path);
  }

  List<String> paths(Verdict verdict) {
    List<String> paths = new ArrayList<>();
    verdicts.forEach((path, its) -> addIf(its == verdict, paths, path));
    return paths;
  }

  List<String> notes() {
    return reasons.entrySet().stream().map(why -> why.getValue() + " " + why.getKey()).toList();
  }

  OutcomeCounts counts() {
    Map<Verdict, Long> sums = new EnumMap<>(Verdict.class);
    verdicts.values().forEach(verdict -> sums.merge(verdict, 1L, Long::sum));
    long inferred = sums.getOrDefault(Verdict.DELETED_INFERRED, 0L);
    return new OutcomeCounts(
        sums.getOrDefault(Verdict.DELETED, 0L) + inferred,
        inferred,
        0,
        sums.getOrDefault(Verdict.GUARDED, 0L),
        0,
        sums.getOrDefault(Verdict.REFUSED, 0L),
        0,
        sums.getOrDefault(Verdict.CHANGED, 0L),
        sums.getOrDefault(Verdict.MISSING, 0L),
        sums.getOrDefault(Verdict.FAILED, 0L));
  }

  private static void addIf(boolean wanted, List<String> paths, String path) {
    if (wanted) {
      paths.add(path);
    }
  }
}

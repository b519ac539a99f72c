package dev.reclaim.worker;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has not answered since some moment: databases, stores, the pace of a database, policies that
 * do not fit. Thread-safe.
 */
final class Absences {
  private static final Logger LOG = LoggerFactory.getLogger(Absences.class);

  private record Absence(long sinceNanos, String reason) {}

  private final Map<String, Absence> absences = new ConcurrentHashMap<>();
  private volatile Consumer<String> whenBack = what -> {};

  /** Who is told what has come back; one listener, called on the thread that found out. */
  void whenBack(Consumer<String> listener) {
    whenBack = listener;
  }

  /** It did not answer, or must not be asked. */
  void away(String what, String reason) {
    Absence now = new Absence(System.nanoTime(), reason);
    @Nullable Absence before = absences.putIfAbsent(what, now);
    if (before == null) {
      LOG.warn("{} is away: {}", what, reason);
    } else {
      absences.replace(what, before, new Absence(before.sinceNanos(), reason));
    }
  }

  /** It answered. */
  void back(String what) {
    if (absences.isEmpty()) {
      return;
    }
    @Nullable Absence before = absences.remove(what);
    if (before != null) {
      LOG.info("{} is back", what);
      whenBack.accept(what);
    }
  }

  /** How long it has been away; zero for what is there. */
  Duration length(String what) {
    @Nullable Absence absence = absences.get(what);
    return absence == null
        ? Duration.ZERO
        : Duration.ofNanos(System.nanoTime() - absence.sinceNanos());
  }

  /** Why each is away. */
  Map<String, String> reasons() {
    Map<String, String> reasons = new TreeMap<>();
    absences.forEach((what, absence) -> reasons.put(what, absence.reason()));
    return reasons;
  }
}

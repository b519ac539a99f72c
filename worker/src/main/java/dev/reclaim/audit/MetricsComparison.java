package dev.reclaim.audit;

import dev.reclaim.audit.WindowSums.Window;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** Holds one policy's windows on the metrics topic against the sums of the ledger. */
final class MetricsComparison {
  /** The earliest hour first: the smallest window says most of where to look. */
  private static final Comparator<Window> TELLING_FIRST =
      Comparator.comparing(Window::size)
          .thenComparing(window -> Objects.requireNonNullElse(window.start(), Instant.MIN));

  private MetricsComparison() {}

  /**
   * What came of it.
   *
   * @param all what the metrics have for all time
   * @param windows sum of all hours
   * @param onTheirWay events that the ledger has and the metrics cannot have yet
   */
  record Result(Amounts all, Amounts windows, long onTheirWay, Optional<Difference> difference) {
    boolean settled() {
      return onTheirWay == 0 && difference.isEmpty();
    }
  }

  /**
   * Compares.
   *
   * @param unread outcomes that the stream has not read
   */
  static Result compare(
      String policy, WindowSums ledger, Map<MetricsKey, ReclaimedSpace> metrics, long unread) {
    Map<Window, Amounts> found = of(policy, metrics);
    Map<Window, Amounts> expected = ledger.of(policy);
    Amounts all = found.getOrDefault(new Window(MetricsWindow.ALL, null), Amounts.NONE);
    Amounts windows =
        found.entrySet().stream()
            .filter(window -> window.getKey().size() == MetricsWindow.HOUR)
            .map(Map.Entry::getValue)
            .reduce(Amounts.NONE, Amounts::plus);
    if (found.equals(expected)) {
      return new Result(all, windows, 0, Optional.empty());
    }
    long late = ledger.all(policy).events() - all.events();
    if (late > 0 && late <= unread + ledger.unsaid(policy)) {
      return new Result(all, windows, late, Optional.empty());
    }
    return new Result(all, windows, 0, Optional.of(first(policy, expected, found)));
  }

  private static Map<Window, Amounts> of(String policy, Map<MetricsKey, ReclaimedSpace> metrics) {
    Map<Window, Amounts> found = new HashMap<>();
    metrics.forEach(
        (key, space) -> {
          if (key.policy().equals(policy) && space.events() > 0) {
            found.put(new Window(key.window(), key.start()), Amounts.of(space));
          }
        });
    return found;
  }

  private static Difference first(
      String policy, Map<Window, Amounts> expected, Map<Window, Amounts> found) {
    TreeSet<Window> windows = new TreeSet<>(TELLING_FIRST);
    windows.addAll(expected.keySet());
    windows.addAll(found.keySet());
    for (Window window : windows) {
      Amounts ledger = expected.getOrDefault(window, Amounts.NONE);
      Amounts metrics = found.getOrDefault(window, Amounts.NONE);
      if (!ledger.equals(metrics)) {
        return new Difference(
            Objects.requireNonNullElse(window.start(), Instant.EPOCH),
            policy,
            null,
            null,
            "metrics, " + words(window),
            "the ledger has %s, the metrics %s".formatted(ledger, metrics));
      }
    }
    throw new IllegalStateException("no window differs");
  }

  private static String words(Window window) {
    return switch (window.size()) {
      case HOUR -> "hour of " + window.start();
      case DAY -> "day of " + window.start();
      case ALL -> "all time";
    };
  }
}

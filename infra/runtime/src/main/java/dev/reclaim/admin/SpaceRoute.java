package dev.reclaim.admin;

import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The accounts as a JSON list by policy, window and start, narrowed by {@code policy} and window.
 */
final class SpaceRoute implements Route {
  private static final Set<String> PARAMETERS = Set.of("policy", "window");
  private static final Comparator<ReclaimedSpace> ORDER =
      Comparator.comparing(ReclaimedSpace::policy)
          .thenComparing(ReclaimedSpace::window)
          .thenComparing(space -> Objects.requireNonNullElse(space.start(), Instant.MIN));

  private final Supplier<? extends Collection<ReclaimedSpace>> metrics;

  SpaceRoute(Supplier<? extends Collection<ReclaimedSpace>> metrics) {
    this.metrics = metrics;
  }

  @Override
  public Answer answer(Map<String, String> query) {
    Predicate<ReclaimedSpace> wanted = wanted(query);
    List<ReclaimedSpace> found = metrics.get().stream().filter(wanted).sorted(ORDER).toList();
    return Answer.json(200, found);
  }

  private static Predicate<ReclaimedSpace> wanted(Map<String, String> query) {
    for (String name : query.keySet()) {
      if (!PARAMETERS.contains(name)) {
        throw new BadRequestException("there is no parameter " + name + ", but policy and window");
      }
    }
    return ofPolicy(query.get("policy")).and(ofWindow(query.get("window")));
  }

  private static Predicate<ReclaimedSpace> ofPolicy(@Nullable String policy) {
    return space -> policy == null || space.policy().equals(policy);
  }

  private static Predicate<ReclaimedSpace> ofWindow(@Nullable String name) {
    if (name == null) {
      return space -> true;
    }
    for (MetricsWindow window : MetricsWindow.values()) {
      if (window.name().toLowerCase(Locale.ROOT).equals(name)) {
        return space -> space.window() == window;
      }
    }
    throw new BadRequestException("window is " + name + ", but must be hour, day or all");
  }
}

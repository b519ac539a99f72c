package dev.reclaim.admin;

import dev.reclaim.events.Labels;
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
 * The accounts as a JSON list by policy, window, start and labels, narrowed by {@code policy} and
 * window. Either the whole ones or their parts, so that what is added up counts once.
 */
final class SpaceRoute implements Route {
  private static final Set<String> PARAMETERS = Set.of("policy", "window");
  private static final Comparator<ReclaimedSpace> ORDER =
      Comparator.comparing(ReclaimedSpace::policy)
          .thenComparing(ReclaimedSpace::window)
          .thenComparing(space -> Objects.requireNonNullElse(space.start(), Instant.MIN))
          .thenComparing(ReclaimedSpace::labels, Labels.ORDER);

  private final Supplier<? extends Collection<ReclaimedSpace>> metrics;
  private final Predicate<ReclaimedSpace> shown;

  private SpaceRoute(
      Supplier<? extends Collection<ReclaimedSpace>> metrics, Predicate<ReclaimedSpace> shown) {
    this.metrics = metrics;
    this.shown = shown;
  }

  /** The accounts of policies. */
  static SpaceRoute whole(Supplier<? extends Collection<ReclaimedSpace>> metrics) {
    return new SpaceRoute(metrics, space -> !space.labelled());
  }

  /** The same broken down by labels. */
  static SpaceRoute labelled(Supplier<? extends Collection<ReclaimedSpace>> metrics) {
    return new SpaceRoute(metrics, ReclaimedSpace::labelled);
  }

  @Override
  public Answer answer(Map<String, String> query) {
    Predicate<ReclaimedSpace> wanted = shown.and(wanted(query));
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

package dev.reclaim.policy;

import java.util.Optional;

/**
 * When, and at whose word, a policy is carried out.
 *
 * @param enabled whether it is carried out on schedule; an explicit run is its own approval
 * @param producers whether services other than Reclaim's own planner may claim by this policy
 */
public record Terms(Optional<Schedule> schedule, boolean enabled, boolean producers) {
  /** By an explicit run alone. */
  public static final Terms ON_DEMAND = new Terms(Optional.empty(), false, false);
}

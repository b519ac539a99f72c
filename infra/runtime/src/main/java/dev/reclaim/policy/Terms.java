package dev.reclaim.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * When, and at whose word, a policy is carried out.
 *
 * @param enabled whether it is carried out on schedule; an explicit run is its own approval
 * @param producers whether services other than Reclaim's own planner may claim by this policy
 * @param quarantine how long its files can be brought back; without it they are deleted at once
 */
public record Terms(
    Optional<Schedule> schedule,
    boolean enabled,
    boolean producers,
    Optional<Duration> quarantine) {
  /** By an explicit run alone. */
  public static final Terms ON_DEMAND = new Terms(Optional.empty(), false, false);

  /** Without a quarantine. */
  public Terms(Optional<Schedule> schedule, boolean enabled, boolean producers) {
    this(schedule, enabled, producers, Optional.empty());
  }
}

package dev.reclaim.planner;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Remembers which phases a run went through. */
final class Phases implements RunProgress {
  private final Set<Phase> seen = EnumSet.noneOf(Phase.class);

  @Override
  public synchronized void moved(
      String policy, Phase phase, long claimed, double share, Optional<Duration> left) {
    seen.add(phase);
  }

  synchronized boolean seen(Phase phase) {
    return seen.contains(phase);
  }
}

package dev.reclaim.planner;

import java.time.Duration;
import java.util.Optional;

/** Hears how far a run is. Called by the run's own thread, often; returns at once. */
@FunctionalInterface
public interface RunProgress {
  RunProgress SILENT = (policy, phase, claimed, share, left) -> {};

  /** What a run is doing. */
  enum Phase {
    WAITING,
    PLANNING,
    DRAINING,
    DONE
  }

  /**
   * Something has moved.
   *
   * @param claimed rows or files claimed so far
   * @param share of the phase that lies behind, 0 to 1
   * @param left how long the phase will still take, as it went so far; empty where nothing can be
   *     said yet
   */
  void moved(String policy, Phase phase, long claimed, double share, Optional<Duration> left);
}

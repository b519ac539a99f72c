package dev.reclaim.planner;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How long something will still take if it goes on as it went so far. */
final class TimeLeft {
  /** Before it there is too little to go by. */
  private static final Duration KNOWN_AFTER = Duration.ofSeconds(1);

  private final LongSupplier nanos;
  private final long startedNanos;
  private final double begun;

  private TimeLeft(LongSupplier nanos, double begun) {
    this.nanos = nanos;
    this.startedNanos = nanos.getAsLong();
    this.begun = begun;
  }

  /**
   * Counts from now.
   *
   * @param begun share that lies behind already
   * @param nanos the clock, like {@link System#nanoTime}
   */
  static TimeLeft from(double begun, LongSupplier nanos) {
    return new TimeLeft(nanos, begun);
  }

  /** Empty while nothing can be said. */
  Optional<Duration> at(double share) {
    long took = nanos.getAsLong() - startedNanos;
    double done = share - begun;
    return took < KNOWN_AFTER.toNanos() || done <= 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (took * Math.max(0, 1 - share) / done)));
  }
}

package dev.reclaim.planner;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits between looks at something that comes to an end: a small share of the time waited so far,
 * so that the end is noticed soon after a short wait and nobody is bothered over a long one.
 */
final class PollPace {
  private static final long WAIT_MIN_MS = 20;
  private static final long WAIT_MAX_MS = 1_000;
  private static final int SHARE = 20;

  private final Clockwork clockwork;
  private final long startedNanos;

  PollPace(Clockwork clockwork) {
    this.clockwork = clockwork;
    this.startedNanos = clockwork.nanos();
  }

  /** Waits for the next look. */
  void pause() throws InterruptedException {
    long waitedMs = TimeUnit.NANOSECONDS.toMillis(clockwork.nanos() - startedNanos);
    clockwork.pause(Duration.ofMillis(waitMs(waitedMs)));
  }

  static long waitMs(long waitedMs) {
    return Math.min(WAIT_MAX_MS, Math.max(WAIT_MIN_MS, waitedMs / SHARE));
  }
}

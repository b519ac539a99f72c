package dev.reclaim.bench.reclaim;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Looks again and again, closely enough for what is timed. */
public final class Waiting {
  private static final long POLL_MS = 5;
  private static final Duration END_MAX = Duration.ofMinutes(15);

  private Waiting() {}

  /** Returns as soon as the condition holds; fails after 15 minutes. */
  public static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + END_MAX.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Reclaim did not come to an end within " + END_MAX);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }
}

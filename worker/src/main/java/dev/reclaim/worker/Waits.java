package dev.reclaim.worker;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long claims wait for what does not answer.
 *
 * @param tryFor how long a claim, or a backend as a whole, is tried before the claim is deferred
 * @param first how long a deferred claim waits at least; doubled each time
 * @param longest the end of doubling
 */
public record Waits(Duration tryFor, Duration first, Duration longest) {
  /** Half a minute of trying, at most five minutes of waiting. */
  public static final Waits USUAL =
      new Waits(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofMinutes(5));

  private static final long BACKOFF_FIRST_MS = 200;
  private static final long BACKOFF_MAX_MS = 10_000;

  /** Before a claim that was tried so often, 1 at least, is tried again. */
  Duration betweenAttempts(int attempt) {
    return jittered(Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS << Math.min(attempt - 1, 10)));
  }

  /** Before a claim that was deferred so often before is tried again. */
  Duration deferral(int before) {
    long doubled = first.toMillis() << Math.min(before, 20);
    return jittered(Math.min(longest.toMillis(), doubled));
  }

  private static Duration jittered(long longestMs) {
    return Duration.ofMillis(
        longestMs / 2 + ThreadLocalRandom.current().nextLong(longestMs / 2 + 1));
  }
}

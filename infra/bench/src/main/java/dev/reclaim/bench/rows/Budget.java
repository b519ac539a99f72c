package dev.reclaim.bench.rows;

import java.time.Duration;

/**
 * Time that may be spent. What has to be measured is measured; what would only be measured once
 * more is left out where it would not end in time.
 *
 * @param end as {@link System#nanoTime} counts
 */
record Budget(long end) {

  static Budget of(Duration time) {
    return new Budget(System.nanoTime() + time.toNanos());
  }

  /** A part of what is left. */
  Budget share(double part) {
    long now = System.nanoTime();
    return new Budget(now + (long) (Math.max(0, end - now) * part));
  }

  /** Whether something that takes so long would end in time. */
  boolean allows(long nanos) {
    return System.nanoTime() + nanos - end <= 0;
  }
}

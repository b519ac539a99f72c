package dev.reclaim.worker.pace;

import java.util.concurrent.TimeUnit;

/**
 * So many rows a second, on the long average exactly: what is taken too much is waited for later.
 *
 * <p>Not thread-safe. Time is that of {@link System#nanoTime()}.
 */
final class TokenBucket {
  /** What an idle moment saves up at most: a quarter of a second's rows. */
  private static final double BURST_SECONDS = 0.25;

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private double rowsPerSecond;
  private double balance;
  private long filledAt;

  TokenBucket(double rowsPerSecond, long now) {
    this.rowsPerSecond = rowsPerSecond;
    this.balance = burst();
    this.filledAt = now;
  }

  /** Another rate from now on; debts stay. */
  void rate(double rows, long now) {
    fill(now);
    rowsPerSecond = rows;
    balance = Math.min(balance, burst());
  }

  /** Most rows that can be had at once. */
  int rowsMax() {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, burst()));
  }

  /** How long until so many rows can be had; 0 for now. */
  long waitNanos(int rows, long now) {
    fill(now);
    double missing = Math.min(rows, burst()) - balance;
    return missing <= 0 ? 0 : (long) Math.ceil(missing / rowsPerSecond * NANOS);
  }

  /** Takes rows, or gives back where they are negative. */
  void take(long rows) {
    balance = Math.min(burst(), balance - rows);
  }

  private void fill(long now) {
    balance = Math.min(burst(), balance + (now - filledAt) / NANOS * rowsPerSecond);
    filledAt = now;
  }

  /** One row at least, or nothing could ever be had. */
  private double burst() {
    return Math.max(1, rowsPerSecond * BURST_SECONDS);
  }
}

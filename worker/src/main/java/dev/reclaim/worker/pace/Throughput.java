package dev.reclaim.worker.pace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Rows a second over the last seconds. Not thread-safe. */
final class Throughput {
  private static final int SECONDS = 10;

  private final Deque<Second> seconds = new ArrayDeque<>();
  private final long since;

  private record Second(long number, long rows) {}

  Throughput(long now) {
    this.since = second(now);
  }

  void add(long rows, long now) {
    long before = seconds.isEmpty() || seconds.getLast().number() != second(now) ? 0 : last();
    seconds.addLast(new Second(second(now), before + rows));
    forget(now);
  }

  long rowsPerSecond(long now) {
    forget(now);
    long rows = seconds.stream().mapToLong(Second::rows).sum();
    return rows / Math.max(1, Math.min(SECONDS, second(now) - since));
  }

  private long last() {
    return seconds.removeLast().rows();
  }

  private void forget(long now) {
    while (!seconds.isEmpty() && seconds.getFirst().number() <= second(now) - SECONDS) {
      seconds.removeFirst();
    }
  }

  private static long second(long now) {
    return TimeUnit.NANOSECONDS.toSeconds(now);
  }
}

package dev.reclaim.store;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many requests a second a bucket gets: as many as are asked for, until it says that these are
 * too many. Then half of what it got, and a little more each second, until it says so again.
 * Thread-safe.
 *
 * <p>Additive increase, multiplicative decrease, of a rate and not of requests under way: a server
 * that refuses at once would be refused as often by one caller as by many.
 */
final class RequestPace {
  /** What a bucket gets at least, however often it refuses. */
  static final double PER_SECOND_MIN = 2;

  /** From half to whole in ten seconds. */
  private static final double REGAINED_PER_SECOND = 0.1;

  /** Refusals within this time are about the same crowd of requests, and halve once. */
  private static final Duration SAME_CROWD = Duration.ofMillis(500);

  /** Over which the rate is measured that was too high. */
  private static final Duration MEASURED = Duration.ofSeconds(1);

  /** In less the rate is chance. */
  private static final double MEASURED_SECONDS_MIN = 0.1;

  /** Above this no pace is kept. */
  private static final double PER_SECOND_MAX = 20_000;

  private static final double NANOS = 1e9;

  private final LongSupplier clock;

  /** Requests a second; {@link #PER_SECOND_MAX} while nothing was refused. */
  private double perSecond = PER_SECOND_MAX;

  private double regainedPerSecond;
  private long changed;
  private long halved;
  private long nextStart;
  private long measuredFrom;
  private long measured;
  private double measuredPerSecond;

  RequestPace(LongSupplier nanoClock) {
    this.clock = nanoClock;
    long now = nanoClock.getAsLong();
    changed = now;
    halved = now - SAME_CROWD.toNanos();
    nextStart = now;
    measuredFrom = now;
  }

  /** Waits for its turn. */
  void enter() throws InterruptedException {
    long wait = turn();
    if (wait > 0) {
      TimeUnit.NANOSECONDS.sleep(wait);
    }
  }

  /** Takes the next turn; returns the ns until it comes. */
  synchronized long turn() {
    long now = clock.getAsLong();
    regain(now);
    measure(now);
    measured++;
    if (perSecond >= PER_SECOND_MAX) {
      nextStart = now;
      return 0;
    }
    long start = Math.max(now, nextStart);
    nextStart = start + (long) (NANOS / perSecond);
    return start - now;
  }

  /** The server has said that it is too much. */
  synchronized void refused() {
    long now = clock.getAsLong();
    if (now - halved < SAME_CROWD.toNanos()) {
      return;
    }
    measure(now);
    double seconds = Math.max((now - measuredFrom) / NANOS, MEASURED_SECONDS_MIN);
    double current = Math.max(measuredPerSecond, measured / seconds);
    perSecond = Math.max(PER_SECOND_MIN, Math.min(perSecond, current) / 2);
    regainedPerSecond = perSecond * REGAINED_PER_SECOND;
    halved = now;
    changed = now;
  }

  /** What it gets now; {@link #PER_SECOND_MAX} for all it is asked for. */
  synchronized double perSecond() {
    regain(clock.getAsLong());
    return perSecond;
  }

  private void regain(long now) {
    if (perSecond < PER_SECOND_MAX) {
      perSecond = Math.min(PER_SECOND_MAX, perSecond + regainedPerSecond * (now - changed) / NANOS);
    }
    changed = now;
  }

  private void measure(long now) {
    long passed = now - measuredFrom;
    if (passed >= MEASURED.toNanos()) {
      measuredPerSecond = measured * NANOS / passed;
      measuredFrom = now;
      measured = 0;
    }
  }
}

package dev.reclaim.worker;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * Time that nobody sets: it goes on from where it was made, whatever the clock on the wall does.
 * For spans that have to end, not for saying when anything was.
 */
final class SteadyClock extends Clock {
  private final LongSupplier nanoTime;
  private final long startNanos;

  SteadyClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - startNanos);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}

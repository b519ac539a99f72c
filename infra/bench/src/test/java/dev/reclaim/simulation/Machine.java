package dev.reclaim.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** A process with clocks of its own, which can be stopped for a while and killed for good. */
public final class Machine {
  private final String name;
  private final Scheduler scheduler;
  private final List<Runnable> whenKilled = new ArrayList<>();
  private boolean dead;
  private boolean troubled = true;
  private long stoppedAtMs;
  private long stoppedUntilMs;
  private long cutOffUntilMs;
  private long wallAheadMs;

  Machine(String name, Scheduler scheduler) {
    this.name = name;
    this.scheduler = scheduler;
  }

  public String name() {
    return name;
  }

  /** Runs something beside all else. */
  public void spawn(String what, Runnable work) {
    if (!dead) {
      scheduler.spawn(name + "/" + what, this, work);
    }
  }

  /** A place where others come in between. */
  public void pause() {
    scheduler.pause();
  }

  /** Lets others go on for a while. */
  public void sleep(Duration time) {
    scheduler.await(() -> false, time.toMillis());
  }

  /** Lets others go on until something is so; false when that took too long. */
  public boolean await(BooleanSupplier until, Duration longest) {
    return scheduler.await(until, longest.toMillis());
  }

  /** Chance for whoever has to choose. */
  public Chance chance() {
    return scheduler.chance();
  }

  /** The product has met what it holds for impossible. */
  public void reportImpossible(String what) {
    scheduler.impossible(name + ": " + what);
  }

  /** Hears of its end, on the actor that killed it. */
  void whenKilled(Runnable listener) {
    whenKilled.add(listener);
  }

  void kill() {
    if (!dead) {
      scheduler.story().tell("%s is killed", name);
      dead = true;
      whenKilled.forEach(Runnable::run);
    }
  }

  /** As SIGSTOP does, and later SIGCONT. */
  void stopFor(Duration time) {
    scheduler.story().tell("%s sleeps for %s", name, time);
    stoppedAtMs = scheduler.nowMs();
    stoppedUntilMs = stoppedAtMs + time.toMillis();
  }

  /** Its way to the database is gone for a while. */
  void cutOffFor(Duration time) {
    scheduler.story().tell("%s does not reach the database for %s", name, time);
    cutOffUntilMs = scheduler.nowMs() + time.toMillis();
  }

  boolean isCutOff() {
    return scheduler.nowMs() < cutOffUntilMs;
  }

  /** How long it has not moved. */
  long stoppedMs() {
    return isStopped(scheduler.nowMs()) ? scheduler.nowMs() - stoppedAtMs : 0;
  }

  void wake() {
    stoppedUntilMs = 0;
  }

  void setWallAhead(Duration ahead) {
    scheduler.story().tell("the clock of %s is ahead by %s", name, ahead);
    wallAheadMs = ahead.toMillis();
  }

  /** What it asks of others fails now and then. */
  void trouble(boolean wanted) {
    troubled = wanted;
  }

  boolean isTroubled() {
    return troubled;
  }

  public boolean isDead() {
    return dead;
  }

  boolean isStopped(long nowMs) {
    return nowMs < stoppedUntilMs;
  }

  long stoppedUntilMs() {
    return stoppedUntilMs;
  }

  /** Its clock on the wall. */
  public Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return Instant.ofEpochMilli(scheduler.nowMs() + wallAheadMs);
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  /** Its clock that nobody sets. */
  public LongSupplier nanoTime() {
    return () -> scheduler.nowMs() * 1_000_000;
  }
}

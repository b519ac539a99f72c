package dev.reclaim.simulation;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One thread of control of a process. Its code runs only while it has the turn. */
final class Actor {
  private static final ThreadLocal<@Nullable Actor> CURRENT = new ThreadLocal<>();

  final String name;
  final Scheduler scheduler;
  final Machine machine;
  final Semaphore turn = new Semaphore(0);

  /** What it waits for; absent while it can go on. */
  @Nullable BooleanSupplier until;

  long wakeAtMs;

  /** When it looked for files the last time. */
  long lookedAt;

  Actor(String name, Scheduler scheduler, Machine machine) {
    this.name = name;
    this.scheduler = scheduler;
    this.machine = machine;
  }

  /** The one whose code this thread runs. */
  static Actor current() {
    @Nullable Actor actor = CURRENT.get();
    if (actor == null) {
      throw new IllegalStateException("outside of the simulation");
    }
    return actor;
  }

  static Optional<Actor> here() {
    return Optional.ofNullable(CURRENT.get());
  }

  void enter() {
    CURRENT.set(this);
  }

  static void leave() {
    CURRENT.remove();
  }

  /** A dead one goes on, too: it has to leave its code. */
  boolean canGoOn(long nowMs) {
    if (machine.isDead()) {
      return true;
    }
    return !machine.isStopped(nowMs)
        && (until == null || nowMs >= wakeAtMs || until.getAsBoolean());
  }

  /** When time alone will let it go on. */
  long dueMs() {
    return Math.max(until == null ? 0 : wakeAtMs, machine.stoppedUntilMs());
  }
}

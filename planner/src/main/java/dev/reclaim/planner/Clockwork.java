package dev.reclaim.planner;

import java.time.Duration;
import java.util.concurrent.ExecutorService;

/** What runs have of time and of threads: those of the process, or what a simulation lends them. */
interface Clockwork {
  /** As {@link System#nanoTime}. */
  long nanos();

  void pause(Duration time) throws InterruptedException;

  /** A thread beside all others, the caller's to end. */
  ExecutorService thread(String name);

  /** Does something again and again beside all else, a while after it has ended each time. */
  Repeated repeat(String name, Duration every, Runnable work);

  /** Goes on until it is closed. */
  @FunctionalInterface
  interface Repeated extends AutoCloseable {
    @Override
    void close();
  }
}

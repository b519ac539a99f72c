package dev.reclaim.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What one process runs, closed in reverse order. */
final class Roles implements AutoCloseable {
  private static final long WATCH_EVERY_MS = 500;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Takes charge of something that was opened. */
  <T extends AutoCloseable> T own(T part) {
    open.push(part);
    return part;
  }

  /** Waits while all is well: until Ctrl-C interrupts, or false when it no longer is. */
  static boolean stayWhile(BooleanSupplier healthy) {
    try {
      while (healthy.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(WATCH_EVERY_MS);
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (AutoCloseable part : open) {
      try {
        part.close();
      } catch (Exception e) {
        System.err.println("Closing " + part.getClass().getSimpleName() + " failed: " + e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.reclaim.worker.pace;

/** What tells somebody who waits to give up. */
@FunctionalInterface
public interface Patience {
  /** Waits up to {@code millis}, which may be 0; false when waiting is over for good. */
  boolean waitFor(long millis) throws InterruptedException;
}

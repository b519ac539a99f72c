package dev.reclaim.worker;

import dev.reclaim.worker.pace.Patience;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Somebody's patience, which ends also when nothing may be deleted for a while. Used by one thread.
 */
final class PacePatience implements Patience {
  private final Patience patience;
  private final Supplier<Optional<String>> stopped;
  private final Duration longest;
  private final long startNanos = System.nanoTime();
  private Optional<String> reason = Optional.empty();

  /**
   * A patience.
   *
   * @param stopped why nothing may be deleted at the moment
   * @param longest how long that is waited for
   */
  PacePatience(Patience patience, Supplier<Optional<String>> stopped, Duration longest) {
    this.patience = patience;
    this.stopped = stopped;
    this.longest = longest;
  }

  @Override
  public boolean waitFor(long millis) throws InterruptedException {
    return patience.waitFor(millis) && !isOver();
  }

  /** Whether nothing may be deleted, and that has been waited for. */
  boolean isOver() {
    if (System.nanoTime() - startNanos >= longest.toNanos()) {
      reason = stopped.get();
    }
    return reason.isPresent();
  }

  /** Why nothing may be deleted; empty where it was the patience that ended. */
  Optional<String> reason() {
    return reason;
  }
}

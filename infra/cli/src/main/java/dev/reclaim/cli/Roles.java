package dev.reclaim.cli;

import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What one process runs, closed in reverse order. */
final class Roles implements AutoCloseable {
  private static final long WATCH_EVERY_MS = 500;
  private static final Duration UNWELL_MAX = Duration.ofMinutes(2);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Takes charge of something that was opened. */
  <T extends AutoCloseable> T own(T part) {
    open.push(part);
    return part;
  }

  /**
   * Stays until Ctrl-C, or until a part has not been well for two minutes on end.
   *
   * @param healthy how each part is asked, by its name
   * @return the exit code
   */
  static int stayWhile(Map<String, BooleanSupplier> healthy) {
    Map<String, Long> unwellSince = new HashMap<>();
    try {
      while (true) {
        for (Map.Entry<String, BooleanSupplier> part : healthy.entrySet()) {
          long now = System.nanoTime();
          if (part.getValue().getAsBoolean()) {
            unwellSince.remove(part.getKey());
          } else if (now - unwellSince.computeIfAbsent(part.getKey(), name -> now)
              > UNWELL_MAX.toNanos()) {
            System.err.printf(
                "The %s has not been well for %d s, see above; ending, so that whoever started this can start it again.%n",
                part.getKey(), UNWELL_MAX.toSeconds());
            return UserException.Kind.FAILED.exitCode();
          }
        }
        TimeUnit.MILLISECONDS.sleep(WATCH_EVERY_MS);
      }
    } catch (InterruptedException e) {
      return 0;
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

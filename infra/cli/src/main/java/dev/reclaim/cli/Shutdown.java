package dev.reclaim.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C into an interrupt of the thread that asked, and keeps the process alive until that
 * thread has closed what it opened.
 */
final class Shutdown implements AutoCloseable {
  private static final long CLOSING_MAX_SECONDS = 60;

  private final Thread asker = Thread.currentThread();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "shutdown");

  private Shutdown() {}

  static Shutdown onInterrupt() {
    Shutdown shutdown = new Shutdown();
    Runtime.getRuntime().addShutdownHook(shutdown.hook);
    return shutdown;
  }

  private void stop() {
    asker.interrupt();
    try {
      if (!closed.await(CLOSING_MAX_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("Closing takes too long; what is open ends with the process.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already: the hook runs and has just been let go.
    }
  }
}

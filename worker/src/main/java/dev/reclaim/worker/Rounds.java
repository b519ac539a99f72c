package dev.reclaim.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker does again and again beside its claims, one thing at a time. */
final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
  private static final long CLOSE_MS_MAX = 5_000;

  private final ScheduledExecutorService timer;

  Rounds(String worker) {
    this.timer =
        Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, worker + "-rounds"));
  }

  /** Begins at some moment of the first round, so that workers started together come apart. */
  void every(Duration pause, Runnable work) {
    long first = ThreadLocalRandom.current().nextLong(pause.toMillis());
    var unused =
        timer.scheduleWithFixedDelay(
            () -> round(work), first, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A timer forgets what has thrown once. */
  private static void round(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.error("a round of {} failed", work.getClass().getSimpleName(), e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      boolean unused = timer.awaitTermination(CLOSE_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

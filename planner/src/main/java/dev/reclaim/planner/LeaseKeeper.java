package dev.reclaim.planner;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the lease of a run while its holder is at it, however long one step takes: the listing of
 * a large store outlasts any lease. A process that is killed renews nothing any more.
 */
final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "run-lease");
            thread.setDaemon(true);
            return thread;
          });

  private LeaseKeeper() {}

  static LeaseKeeper start(Runs runs, Run run) {
    LeaseKeeper keeper = new LeaseKeeper();
    Future<?> unused =
        keeper.timer.scheduleWithFixedDelay(
            () -> renew(runs, run), PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    return keeper;
  }

  /** A lease that is lost is found out by the run's next step. */
  private static void renew(Runs runs, Run run) {
    try {
      runs.renew(run);
    } catch (RuntimeException e) {
      LOG.warn("the lease of {} was not renewed: {}", run.id(), e.toString());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

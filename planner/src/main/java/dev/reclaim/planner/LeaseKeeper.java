package dev.reclaim.planner;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the lease of a run while its holder is at it, however long one step takes: the listing of
 * a large store outlasts any lease. A process that is killed renews nothing any more.
 */
final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Clockwork.Repeated timer;

  private LeaseKeeper(Clockwork.Repeated timer) {
    this.timer = timer;
  }

  static LeaseKeeper start(Runs runs, Run run, Clockwork clockwork) {
    return new LeaseKeeper(clockwork.repeat("run-lease", PERIOD, () -> renew(runs, run)));
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
    timer.close();
  }
}

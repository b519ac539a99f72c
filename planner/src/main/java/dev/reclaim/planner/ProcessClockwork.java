package dev.reclaim.planner;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The clock of this process and threads that do not keep it alive. */
final class ProcessClockwork implements Clockwork {
  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public void pause(Duration time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
  }

  @Override
  public ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(daemon(name));
  }

  @Override
  public Repeated repeat(String name, Duration every, Runnable work) {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon(name));
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            work, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    return timer::shutdownNow;
  }

  private static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}

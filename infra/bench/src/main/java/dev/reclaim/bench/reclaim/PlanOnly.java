package dev.reclaim.bench.reclaim;

import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.policy.Policy;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The planning of a run that nobody carries out; it is given up when all has been said. */
final class PlanOnly {
  private static final long END_SECONDS_MAX = 30;

  private PlanOnly() {}

  static long of(Planner planner, Policy policy, long keys) throws Exception {
    AtomicLong end = new AtomicLong();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      long started = System.nanoTime();
      Future<?> run =
          thread.submit(
              () ->
                  planner.run(
                      policy,
                      RunRequest.NOW,
                      (name, phase, claimed, share, left) -> {
                        if (phase == Phase.PLANNING && claimed >= keys) {
                          end.compareAndSet(0, System.nanoTime());
                        }
                      }));
      Waiting.until(() -> end.get() != 0 || run.isDone());
      if (end.get() == 0) {
        throw new IllegalStateException("the planner has not claimed all: " + run.get());
      }
      return end.get() - started;
    } finally {
      thread.shutdownNow();
      boolean unused = thread.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }
}

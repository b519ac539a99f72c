package dev.reclaim.cli;

import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs several policies side by side; one that must not go on does not stop the others. */
final class PolicyRuns {
  private static final int SIDE_BY_SIDE_MAX = 4;

  private final Planner planner;
  private final RunProgress progress;

  PolicyRuns(Planner planner, RunProgress progress) {
    this.planner = planner;
    this.progress = progress;
  }

  /**
   * What came of each policy.
   *
   * @param stopped policies that must not go on, and why
   * @param late policies that were still at it when the time was over; they can be gone on with
   */
  record Results(List<RunResult> done, Map<String, UserException> stopped, List<String> late) {}

  /** Runs them to their ends, or until the time is over. */
  Results run(List<Policy> policies, RunRequest request, Optional<Duration> timeout)
      throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(SIDE_BY_SIDE_MAX);
    try {
      Map<String, Future<List<RunResult>>> running = new LinkedHashMap<>();
      for (Policy policy : policies) {
        running.put(policy.name(), pool.submit(() -> run(policy, request)));
      }
      return collect(running, timeout);
    } finally {
      pool.shutdownNow();
      pool.awaitTermination(30, TimeUnit.SECONDS);
    }
  }

  /**
   * A run that was only gone on with has not looked at what has become due since: a new one follows
   * it.
   */
  private List<RunResult> run(Policy policy, RunRequest request) throws InterruptedException {
    List<RunResult> results = new ArrayList<>();
    Optional<RunResult> first = planner.run(policy, request, progress);
    first.ifPresent(results::add);
    if (first.isPresent() && first.get().resumed()) {
      planner.run(policy, request, progress).ifPresent(results::add);
    }
    return results;
  }

  private static Results collect(
      Map<String, Future<List<RunResult>>> running, Optional<Duration> timeout)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.orElse(Duration.ofDays(365)).toNanos();
    Results results = new Results(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (Map.Entry<String, Future<List<RunResult>>> one : running.entrySet()) {
      try {
        long left = Math.max(0, end - System.nanoTime());
        results.done().addAll(one.getValue().get(left, TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        results.late().add(one.getKey());
      } catch (ExecutionException e) {
        UserException stop =
            PlainWords.of(e.getCause())
                .orElseThrow(() -> new IllegalStateException("a run ended in an unknown way", e));
        results.stopped().put(one.getKey(), stop);
      }
    }
    return results;
  }
}

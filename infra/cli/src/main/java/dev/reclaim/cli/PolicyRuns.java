package dev.reclaim.cli;

import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
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
import java.util.function.BooleanSupplier;

/** Runs several policies side by side; one that must not go on does not stop the others. */
final class PolicyRuns {
  private static final int SIDE_BY_SIDE_MAX = 4;

  private static final long WATCH_EVERY_MS = 500;
  private static final String NO_WORKER =
      "the worker of this run has ended, see above, and nobody carries its claims out; running it again goes on from there";

  private final Planner planner;
  private final RunProgress progress;
  private final BooleanSupplier worker;

  /**
   * Runs that this process plans and carries out.
   *
   * @param worker whether who carries the claims out is alive; without one there is nothing to wait
   *     for
   */
  PolicyRuns(Planner planner, RunProgress progress, BooleanSupplier worker) {
    this.planner = planner;
    this.progress = progress;
    this.worker = worker;
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

  private Results collect(Map<String, Future<List<RunResult>>> running, Optional<Duration> timeout)
      throws InterruptedException {
    long end = System.nanoTime() + timeout.orElse(Duration.ofDays(365)).toNanos();
    Results results = new Results(new ArrayList<>(), new LinkedHashMap<>(), new ArrayList<>());
    for (Map.Entry<String, Future<List<RunResult>>> one : running.entrySet()) {
      try {
        results.done().addAll(await(one.getValue(), end));
      } catch (TimeoutException e) {
        results.late().add(one.getKey());
      } catch (ExecutionException e) {
        results.stopped().put(one.getKey(), stop(e));
      }
    }
    return results;
  }

  private List<RunResult> await(Future<List<RunResult>> run, long end)
      throws InterruptedException, ExecutionException, TimeoutException {
    while (true) {
      long left = Math.max(0, end - System.nanoTime());
      try {
        return run.get(
            Math.min(left, TimeUnit.MILLISECONDS.toNanos(WATCH_EVERY_MS)), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (!worker.getAsBoolean()) {
          throw new ExecutionException(new UserException(Kind.FAILED, NO_WORKER));
        }
        if (System.nanoTime() >= end) {
          throw e;
        }
      }
    }
  }

  private static UserException stop(ExecutionException e) {
    return PlainWords.of(e.getCause())
        .orElseThrow(() -> new IllegalStateException("a run ended in an unknown way", e));
  }
}

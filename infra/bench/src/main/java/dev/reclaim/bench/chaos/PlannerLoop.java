package dev.reclaim.bench.chaos;

import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs every policy again and again, each for slots that all planners share. Between {@code rest}
 * and {@code go} it begins nothing; {@code last} asks for a run of each policy that begins after
 * the order, and says {@code done} and the policy's name when that has ended.
 */
final class PlannerLoop {
  private static final long SLOT_SECONDS = 2;
  private static final long BACKOFF_MS = 500;

  private final Planner planner;
  private final PolicyFile file;
  private volatile boolean resting = true;

  PlannerLoop(Planner planner, PolicyFile file) {
    this.planner = planner;
    this.file = file;
    for (Policy policy : file.policies()) {
      Thread thread = new Thread(() -> loop(policy), "plans-" + policy.name());
      thread.setDaemon(true);
      thread.start();
    }
  }

  void obey(String order) {
    switch (order) {
      case "go" -> resting = false;
      case "rest" -> resting = true;
      case "last" -> file.policies().forEach(policy -> new Thread(() -> last(policy)).start());
      default -> throw new IllegalArgumentException(order);
    }
  }

  private void loop(Policy policy) {
    while (true) {
      try {
        long slot = Instant.now().getEpochSecond() / SLOT_SECONDS * SLOT_SECONDS;
        if (!resting) {
          planner.run(
              policy, request(Optional.of(Instant.ofEpochSecond(slot))), RunProgress.SILENT);
        }
        TimeUnit.MILLISECONDS.sleep(
            Math.max(100, (slot + SLOT_SECONDS) * 1000 - System.currentTimeMillis()));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        backOff(policy, e);
      }
    }
  }

  private void last(Policy policy) {
    while (true) {
      try {
        Optional<RunResult> result =
            planner.run(policy, request(Optional.empty()), RunProgress.SILENT);
        if (result.isPresent()
            && !result.get().resumed()
            && result.get().state() == RunResult.State.COMPLETE) {
          Role.say("done " + policy.name());
          return;
        }
        result.ifPresent(
            run -> System.err.println(run.run() + " " + run.state() + " " + run.problem()));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        backOff(policy, e);
      }
    }
  }

  private static void backOff(Policy policy, RuntimeException failure) {
    System.err.println(policy.name() + ": " + failure);
    try {
      TimeUnit.MILLISECONDS.sleep(BACKOFF_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** References come and go here as they do nowhere else. */
  private static RunRequest request(Optional<Instant> slot) {
    return new RunRequest(slot, Optional.empty(), true, false);
  }
}

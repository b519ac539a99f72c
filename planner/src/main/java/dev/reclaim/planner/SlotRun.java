package dev.reclaim.planner;

import dev.reclaim.policy.Policy;
import dev.reclaim.settings.UserException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scheduled slot of a policy carried out by whoever has it. */
final class SlotRun {
  private static final Logger LOG = LoggerFactory.getLogger(SlotRun.class);

  private final Policy policy;
  private final Instant slot;

  SlotRun(Policy policy, Instant slot) {
    this.policy = policy;
    this.slot = slot;
  }

  /** Carries out a run, or says that its slot was carried out before. */
  @FunctionalInterface
  interface Runner {
    Optional<RunResult> run(Policy policy, RunRequest request) throws InterruptedException;
  }

  /** A run of an earlier slot that was left unfinished is gone on with first. */
  void carryOut(Runner planner) {
    RunRequest request = RunRequest.slot(slot);
    try {
      Optional<RunResult> result = planner.run(policy, request);
      while (result.isPresent()) {
        report(result.get());
        if (request.id(policy).equals(Optional.of(result.get().run()))) {
          return;
        }
        result = planner.run(policy, request);
      }
    } catch (UserException e) {
      LOG.error("{} at {} stopped: {}", policy.name(), slot, e.getMessage());
    } catch (InterruptedException e) {
      throw new IllegalStateException("this planner ends", e);
    }
  }

  private static void report(RunResult result) {
    LOG.info(
        "{} {}{}: {} rows, {} files, {} bytes{}",
        result.run(),
        result.resumed() ? "gone on with, " : "",
        result.state(),
        result.reclaimed().rows(),
        result.reclaimed().files(),
        result.reclaimed().bytes(),
        result.problem().map(problem -> "; " + problem).orElse(""));
  }
}

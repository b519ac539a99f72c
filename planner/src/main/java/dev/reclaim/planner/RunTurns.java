package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.policy.Policy;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whose turn it is: runs of a policy are carried out one after the other, whoever asks for them, in
 * this process or another. Thread-safe.
 */
final class RunTurns {
  private static final Duration BUSY_POLL = Duration.ofMillis(500);

  private final Planners planners;
  private final Databases databases;
  private final RunMeans means;
  private final VacuumAfter vacuum;
  private final RunSpace space;

  /** Policies that a thread of ours is at: a lease tells processes apart, not threads. */
  private final Set<String> atWork = ConcurrentHashMap.newKeySet();

  /**
   * Planners as leases know them.
   *
   * @param owner this one, unlike every other that is alive
   * @param cluster the Kafka cluster that has their events
   */
  record Planners(String owner, String cluster) {}

  RunTurns(Planners planners, Databases databases, Map<String, RowTarget> targets, RunMeans means) {
    this.planners = planners;
    this.databases = databases;
    this.means = means;
    this.vacuum = new VacuumAfter(databases, targets);
    this.space = new RunSpace(databases, targets);
  }

  /**
   * Carries out a run of the policy to its end. An unfinished run of the policy is gone on with
   * first, in place of a new one; while another process holds it, this waits.
   *
   * @return empty when the request's slot was carried out before
   * @throws UserException when the run must not go on
   */
  Optional<RunResult> run(Policy policy, RunRequest request, RunProgress progress)
      throws InterruptedException {
    Runs runs = new Runs(databases.get(policy.database()), planners.owner(), planners.cluster());
    while (true) {
      if (atWork.add(policy.name())) {
        try {
          Runs.Grant grant = runs.acquire(policy, request);
          if (grant instanceof Runs.Grant.Held held) {
            return Optional.of(carryOut(held.run(), policy, request, runs, progress));
          } else if (grant instanceof Runs.Grant.Done) {
            return Optional.empty();
          }
        } finally {
          atWork.remove(policy.name());
        }
      }
      progress.moved(policy.name(), Phase.WAITING, 0, 0, Optional.empty());
      means.clockwork().pause(BUSY_POLL);
    }
  }

  private RunResult carryOut(
      Run run, Policy policy, RunRequest request, Runs runs, RunProgress progress)
      throws InterruptedException {
    LeaseKeeper lease = LeaseKeeper.start(runs, run, means.clockwork());
    try {
      space.calibrate(run);
      RunResult ended = new PolicyRun(policy, request, runs, means, progress).carryOut(run);
      return vacuum.after(policy, space.estimate(ended));
    } finally {
      lease.close();
    }
  }
}

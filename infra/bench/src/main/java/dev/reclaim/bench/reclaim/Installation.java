package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.server.Login;
import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.Planner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Planner and workers on one database, over a {@link Ground}: what one turn needs. */
public final class Installation implements AutoCloseable {
  private final Ground ground;
  private final BenchPolicy policy;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<WorkerProcess> workers = new ArrayList<>();
  private final Databases databases;
  private final @Nullable Planner planner;
  private final @Nullable PlannerProcess plannerApart;

  private Installation(Ground ground, KafkaSettings kafka, Login login, Crew crew)
      throws Exception {
    this.ground = ground;
    this.policy = BenchPolicy.of(login, ground.nextTurn());
    try {
      databases = own(Databases.connect(policy.file(), crew.poolMax(), "reclaim-bench"));
      startWorkers(crew, login);
      boolean apart = crew.apart() == Crew.Apart.WORKERS_AND_PLANNER;
      plannerApart = apart ? own(PlannerProcess.start(crew, kafka, login, policy.turn())) : null;
      awaitProcesses();
      planner = apart ? null : own(PlannerProcess.here("bench", kafka, policy, databases));
    } catch (Exception e) {
      closeAfter(e);
      throw e;
    }
  }

  /** Starts all of it and lets it delete a small table first, as one that has run for long. */
  public static Installation warm(Ground ground, Login login, Crew crew) throws Exception {
    Installation installation = new Installation(ground, ground.kafka(), login, crew);
    try {
      installation.run(installation.policy.warm(), Dataset.WARM_ROWS);
      return installation;
    } catch (Exception e) {
      installation.closeAfter(e);
      throw e;
    }
  }

  /** A planner that nobody listens to. */
  public static Installation plannerAlone(Ground ground, Login login) throws Exception {
    return new Installation(ground, ground.unheard(), login, Crew.plannerAlone());
  }

  private void startWorkers(Crew crew, Login login) throws Exception {
    for (int i = 0; i < crew.workers(); i++) {
      String name = "worker-" + i;
      if (crew.apart() == Crew.Apart.NONE) {
        open.add(WorkerProcess.here(name, crew, ground.kafka(), policy, databases));
      } else {
        workers.add(own(WorkerProcess.start(name, crew, ground.kafka(), login, policy.turn())));
      }
    }
  }

  private void awaitProcesses() throws IOException {
    for (WorkerProcess worker : workers) {
      worker.awaitReady();
    }
    if (plannerApart != null) {
      plannerApart.awaitReady();
    }
  }

  /**
   * Runs the policy of the jobs.
   *
   * @param rows that have to go, children included
   * @return ns from the run's start until the metrics topic has them all
   */
  public long run(long rows) throws Exception {
    return run(policy.jobs(), rows);
  }

  /** Runs a policy over one row; returns the ns, which are what any run costs. */
  public long runOverOneRow() throws Exception {
    return run(policy.tiny(), 1);
  }

  private long run(String name, long rows) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      long started = System.nanoTime();
      Future<String> end = thread.submit(() -> carryOut(name));
      Waiting.until(() -> ground.counted(name) == rows || (end.isDone() && !isComplete(end)));
      long nanos = System.nanoTime() - started;
      if (!isComplete(end)) {
        throw new IllegalStateException("the run over " + name + " ended so: " + end.get());
      }
      return nanos;
    } finally {
      thread.shutdown();
    }
  }

  private String carryOut(String name) throws Exception {
    return plannerApart != null
        ? plannerApart.run(name)
        : PlannerProcess.run(planner(), policy, name);
  }

  private static boolean isComplete(Future<String> end) throws Exception {
    return end.get().equals(PlannerProcess.COMPLETE);
  }

  /**
   * Plans the jobs and waits for nobody.
   *
   * @param keys that have to be claimed
   * @return ns until all events are with the broker and noted in the run's row
   */
  public long plan(long keys) throws Exception {
    return PlanOnly.of(planner(), policy.named(policy.jobs()), keys);
  }

  /** Sends the workers every event about jobs again; returns the ns until each was answered. */
  public long redeliver() throws Exception {
    return Redelivery.of(ground.kafka(), policy.jobs());
  }

  /** Peaks of the heaps of processes of their own. */
  public record Heaps(long plannerBytes, long workerBytes) {}

  /** The most that each role held; of several workers, the one with most. */
  public Heaps heaps() throws Exception {
    long worker = 0;
    for (WorkerProcess process : workers) {
      worker = Math.max(worker, process.heapPeakBytes());
    }
    return new Heaps(plannerApart == null ? 0 : plannerApart.heapPeakBytes(), worker);
  }

  private Planner planner() {
    if (planner == null) {
      throw new IllegalStateException("the planner is a process of its own");
    }
    return planner;
  }

  private <T extends AutoCloseable> T own(T part) {
    open.add(part);
    return part;
  }

  private void closeAfter(Exception failure) {
    try {
      close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
    open.clear();
  }
}

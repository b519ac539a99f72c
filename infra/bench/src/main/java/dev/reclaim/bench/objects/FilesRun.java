package dev.reclaim.bench.objects;

import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.reclaim.Waiting;
import dev.reclaim.database.Databases;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.worker.Worker;
import dev.reclaim.worker.WorkerSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Planner and one worker with what they have by default, over the files of one turn. */
final class FilesRun implements AutoCloseable {
  /** As many policies side by side as {@code reclaim run} takes. */
  private static final int SIDE_BY_SIDE = 4;

  private static final int CONNECTIONS_MAX = 16;

  /** Every file has to go, which a planner does not believe by itself. */
  private static final RunRequest ALL_OF_THEM =
      new RunRequest(Optional.empty(), Optional.empty(), true, false);

  private final Ground ground;
  private final FilePolicies policies;
  private final Databases databases;
  private final Map<String, ObjectStore> stores = new HashMap<>();
  private final Worker worker;
  private final Planner planner;
  private final ExecutorService runs = Executors.newFixedThreadPool(SIDE_BY_SIDE);

  FilesRun(Ground ground, FilePolicies policies) {
    this.ground = ground;
    this.policies = policies;
    this.databases = Databases.connect(policies.file(), CONNECTIONS_MAX, "reclaim-bench");
    policies
        .file()
        .stores()
        .forEach((name, store) -> stores.put(name, ObjectStores.open(name, store.settings())));
    this.worker =
        Worker.start(
            WorkerSettings.named("worker"),
            ground.kafka(),
            policies.file(),
            databases,
            Map.of(),
            stores);
    this.planner =
        Planner.start("bench", ground.kafka(), policies.file(), databases, Map.of(), stores);
  }

  /**
   * Runs the policies of some stores.
   *
   * @param files that have to go from each
   * @return ns from the start until the metrics topic has them all
   */
  long run(List<String> names, long files) throws Exception {
    long started = System.nanoTime();
    List<Future<RunResult>> running = new ArrayList<>();
    for (String name : names) {
      running.add(runs.submit(() -> run(policies.named(name))));
    }
    for (Future<RunResult> run : running) {
      requireComplete(run.get(), files);
    }
    Waiting.until(
        () -> names.stream().allMatch(name -> ground.countedFiles(policies.named(name)) == files));
    return System.nanoTime() - started;
  }

  private RunResult run(String name) throws InterruptedException {
    Policy policy = policies.file().policy(name).orElseThrow();
    return planner.run(policy, ALL_OF_THEM, RunProgress.SILENT).orElseThrow();
  }

  private static void requireComplete(RunResult result, long files) {
    if (result.state() != RunResult.State.COMPLETE || result.fileCounts().deleted() != files) {
      throw new IllegalStateException("a run ended so: " + result);
    }
  }

  @Override
  public void close() {
    runs.shutdown();
    worker.close();
    planner.close();
    stores.values().forEach(ObjectStore::close);
    databases.close();
  }
}

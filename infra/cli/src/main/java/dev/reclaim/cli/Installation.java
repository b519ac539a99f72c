package dev.reclaim.cli;

import dev.reclaim.check.Examination;
import dev.reclaim.check.Examination.Purpose;
import dev.reclaim.check.StoreFit;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.worker.Worker;
import dev.reclaim.worker.WorkerSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** Everything a policy file names, reached and checked: its databases, its tables, its stores. */
record Installation(
    PolicyFile file,
    Databases databases,
    Map<String, RowTarget> targets,
    Map<String, ObjectStore> stores)
    implements AutoCloseable {
  private static final int WORKER_THREADS = WorkerSettings.named("").concurrency();

  /**
   * Reaches all of it and brings Reclaim's schemas up to date.
   *
   * @param connectionsMax most connections to each database at a time
   */
  static Installation open(PolicyFile file, int connectionsMax, String applicationName) {
    return over(file, Databases.open(file, connectionsMax, applicationName), Purpose.DELETE);
  }

  /** Reaches all of it and changes nothing. */
  static Installation look(PolicyFile file, int connectionsMax, String applicationName) {
    return over(file, Databases.connect(file, connectionsMax, applicationName), Purpose.PLAN);
  }

  private static Installation over(PolicyFile file, Databases databases, Purpose purpose) {
    Map<String, ObjectStore> stores = new LinkedHashMap<>();
    Installation installation = null;
    try {
      Examination.of(file, databases, purpose).requireSound();
      Map<String, RowTarget> targets = RowTargets.resolve(file, databases);
      for (StoreDefinition definition : file.stores().values()) {
        ObjectStore store = ObjectStores.open(definition.name(), definition.settings());
        stores.put(definition.name(), store);
        store.check();
      }
      StoreFit.require(file, stores.values());
      installation = new Installation(file, databases, targets, stores);
      return installation;
    } finally {
      if (installation == null) {
        stores.values().forEach(ObjectStore::close);
        databases.close();
      }
    }
  }

  /**
   * Connections that a worker may need to one database: its threads there, twice for those that
   * look aside in their transaction, those of the stores, and a few that look after it all.
   */
  static int workerConnectionsMax(PolicyFile file) {
    int threads = WORKER_THREADS * 3 / 2;
    return 2 * threads + threads * file.stores().size() + 4;
  }

  /** Starts a worker over all of it. */
  Worker startWorker(String name, KafkaSettings kafka) {
    return Worker.start(WorkerSettings.named(name), kafka, file, databases, targets, stores);
  }

  /** Starts a planner over all of it. */
  Planner startPlanner(String owner, KafkaSettings kafka) {
    return Planner.start(owner, kafka, file, databases, targets, stores);
  }

  @Override
  public void close() {
    stores.values().forEach(ObjectStore::close);
    databases.close();
  }
}

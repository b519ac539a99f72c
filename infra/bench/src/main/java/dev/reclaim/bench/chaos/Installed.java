package dev.reclaim.bench.chaos;

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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the policies of a site name, reached: as the command does it, but for the checks. */
public record Installed(
    PolicyFile file,
    Databases databases,
    Map<String, RowTarget> targets,
    Map<String, ObjectStore> stores)
    implements AutoCloseable {
  private static final int CONNECTIONS = 6;
  private static final Duration DRAIN_MAX = Duration.ofSeconds(5);

  /** Reaches all of it. */
  public static Installed open(String name, Function<String, @Nullable String> environment) {
    PolicyFile file = Site.policies(environment);
    Databases databases = Databases.connect(file, CONNECTIONS, name);
    Map<String, ObjectStore> stores = new HashMap<>();
    for (StoreDefinition definition : file.stores().values()) {
      ObjectStore store = ObjectStores.open(definition.name(), definition.settings());
      store.check();
      stores.put(definition.name(), store);
    }
    return new Installed(file, databases, RowTargets.resolve(file, databases), stores);
  }

  /** A worker of the site's own group. */
  public Worker startWorker(String name, KafkaSettings kafka) {
    WorkerSettings settings =
        new WorkerSettings(name, kafka.topics().prefix() + "workers", 2, 256, DRAIN_MAX);
    return Worker.start(settings, kafka, file, databases, targets, stores);
  }

  public Planner startPlanner(String owner, KafkaSettings kafka) {
    return Planner.start(owner, kafka, file, databases, targets, stores);
  }

  @Override
  public void close() {
    stores.values().forEach(ObjectStore::close);
    databases.close();
  }
}

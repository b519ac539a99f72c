package dev.reclaim.bench.rows;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.embedded.EmbeddedKafka;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reclaim from the run's start to the last outcome in the metrics topic, on a broker of its own.
 *
 * @param connections claims that one worker carries out at a time
 * @param processes workers in processes of their own; 0 for one in this process
 */
record ReclaimRun(int connections, int processes) implements Contender {
  private static final long POLL_MS = 5;
  private static final Duration END_MAX = Duration.ofMinutes(30);

  @Override
  public String name() {
    return processes == 0
        ? "Reclaim, 1 worker of %d".formatted(connections)
        : "Reclaim, %d worker processes of %d".formatted(processes, connections);
  }

  @Override
  public long deleteExpired(Server server, String database, long rows) throws Exception {
    Path directory = Files.createTempDirectory("reclaim-bench-");
    PolicyFile file = BenchPolicy.of(server.url(database), server.user(), server.password());
    List<AutoCloseable> open = new ArrayList<>();
    try {
      EmbeddedKafka broker = own(open, EmbeddedKafka.start(directory.resolve("kafka")));
      KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
      TopicSetup.ensure(kafka);
      Databases databases = own(open, Databases.open(file, connections + 4, "reclaim-bench"));
      Map<String, RowTarget> targets = RowTargets.resolve(file, databases);
      MetricsJob metrics =
          own(open, MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams"))));
      MetricsView view = own(open, MetricsView.start(kafka));
      for (int i = 0; i < processes; i++) {
        own(
            open,
            WorkerProcess.start(
                i, kafka, server.url(database), server.user(), server.password(), connections));
      }
      if (processes == 0) {
        own(
            open,
            Worker.start(
                WorkerProcess.settings("bench-worker", connections),
                kafka,
                file,
                databases,
                targets,
                Map.of()));
      }
      Planner planner =
          own(open, Planner.start("bench", kafka, file, databases, targets, Map.of()));
      await(metrics::healthy);
      TimeUnit.SECONDS.sleep(3);
      long started = System.nanoTime();
      planner.run(file.policies().get(0), RunRequest.NOW, RunProgress.SILENT);
      await(() -> counted(view) == rows);
      return System.nanoTime() - started;
    } finally {
      for (int i = open.size() - 1; i >= 0; i--) {
        open.get(i).close();
      }
      Directories.delete(directory);
    }
  }

  private static long counted(MetricsView view) {
    @Nullable ReclaimedSpace all =
        view.snapshot().get(new MetricsKey(BenchPolicy.NAME, MetricsWindow.ALL, null));
    return all == null ? 0 : all.reclaimed().rows();
  }

  private static <T extends AutoCloseable> T own(List<AutoCloseable> open, T part) {
    open.add(part);
    return part;
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + END_MAX.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Reclaim did not come to an end within " + END_MAX);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }
}

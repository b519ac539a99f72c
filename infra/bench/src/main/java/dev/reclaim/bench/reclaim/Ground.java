package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.server.Directories;
import dev.reclaim.bench.server.Login;
import dev.reclaim.database.Databases;
import dev.reclaim.embedded.EmbeddedKafka;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What stands through all turns, as the database server does: a broker and the metrics job, both in
 * this process.
 */
public final class Ground implements AutoCloseable {
  /** Where the planner speaks that is measured by itself; nobody listens. */
  private static final Topics UNHEARD = new Topics("unheard.");

  /** Connections that making the schema takes. */
  private static final int MIGRATING = 4;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final AtomicInteger turns = new AtomicInteger();
  private final KafkaSettings kafka;
  private final MetricsView metrics;

  private Ground() throws Exception {
    Path directory = Files.createTempDirectory("reclaim-bench-");
    open.add(() -> Directories.delete(directory));
    try {
      EmbeddedKafka broker = EmbeddedKafka.start(directory.resolve("kafka"));
      open.add(broker);
      kafka = KafkaSettings.at(broker.bootstrapServers());
      TopicSetup.ensure(kafka);
      TopicSetup.ensure(unheard());
      MetricsJob job = MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams")));
      open.add(job);
      metrics = MetricsView.start(kafka);
      open.add(metrics);
      Waiting.until(() -> job.healthy() && metrics.current());
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /** Starts it and waits until it stands. */
  public static Ground start() throws Exception {
    return new Ground();
  }

  /** Makes Reclaim's schema in a database that will be copied. */
  public void prepare(Login login) {
    Databases.open(BenchPolicy.of(login, 0).file(), MIGRATING, "reclaim-bench").close();
  }

  /** A number that no turn has had: its policies are no other turn's. */
  public int nextTurn() {
    return turns.incrementAndGet();
  }

  /** The broker of all turns. */
  public KafkaSettings kafka() {
    return kafka;
  }

  KafkaSettings unheard() {
    return new KafkaSettings(
        kafka.bootstrapServers(), UNHEARD, KafkaSettings.WORK_PARTITIONS, (short) -1);
  }

  /** Rows that the metrics topic has of a policy. */
  long counted(String policy) {
    @Nullable ReclaimedSpace all = space(policy);
    return all == null ? 0 : all.reclaimed().rows();
  }

  /** Files that the metrics topic has of a policy. */
  public long countedFiles(String policy) {
    @Nullable ReclaimedSpace all = space(policy);
    return all == null ? 0 : all.reclaimed().files();
  }

  private @Nullable ReclaimedSpace space(String policy) {
    return metrics.snapshot().get(new MetricsKey(policy, MetricsWindow.ALL, null));
  }

  @Override
  public void close() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }
}

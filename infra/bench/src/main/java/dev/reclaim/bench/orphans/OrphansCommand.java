package dev.reclaim.bench.orphans;

import dev.reclaim.bench.server.Directories;
import dev.reclaim.bench.server.Login;
import dev.reclaim.bench.server.Server;
import dev.reclaim.database.Databases;
import dev.reclaim.embedded.EmbeddedKafka;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code infra/bench/run orphans}: a listing held against references, by each contender. */
@Command(
    name = "orphans",
    mixinStandardHelpOptions = true,
    description = "Files that no row names: Reclaim, a HashSet in memory, and an anti-join in SQL.")
public final class OrphansCommand implements Callable<Integer> {
  private static final double MIB = 1 << 20;
  private static final int MIGRATING = 4;
  private static final int HASH_SET_HEAP_MIB = 4_096;
  private static final String DATABASE = "orphans";

  @Option(names = "--quick", description = "200,000 keys only, in less than a minute.")
  private boolean quick;

  @Option(
      names = "--listed",
      paramLabel = "N",
      split = ",",
      description = "Keys that are listed, a run each. Default: 2000000,10000000")
  private @Nullable List<Long> listed;

  @Option(
      names = "--warm",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Keys of the scan before the clock runs. Default: ${DEFAULT-VALUE}")
  private long warm;

  @Option(
      names = "--postgres",
      paramLabel = "DIR",
      description = "An installed PostgreSQL, which has bin/postgres. Default: the newest found.")
  private @Nullable Path postgres;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  /** Made by picocli alone. */
  OrphansCommand() {}

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("reclaim-bench-orphans-");
    try (Server server = Server.start(directory.resolve("postgres"), postgres);
        EmbeddedKafka broker = EmbeddedKafka.start(directory.resolve("kafka"))) {
      KafkaSettings kafka = KafkaSettings.at(broker.bootstrapServers());
      TopicSetup.ensure(kafka);
      List<OrphansRun> runs = new ArrayList<>();
      for (long objects : sizes()) {
        runs.add(measure(server, kafka, objects));
        print(runs.get(runs.size() - 1));
      }
      write(server, runs);
    } finally {
      Directories.delete(directory);
    }
    return 0;
  }

  private List<Long> sizes() {
    if (listed != null) {
      return listed;
    }
    return quick ? List.of(200_000L) : List.of(2_000_000L, 10_000_000L);
  }

  /** 128 MiB up to two million keys; then what ten million references ask for. */
  private static int heapMiB(long objects) {
    return objects <= 2_000_000 ? 128 : 256;
  }

  private OrphansRun measure(Server server, KafkaSettings kafka, long objects) throws Exception {
    server.createDatabase(DATABASE);
    Login login = server.login(DATABASE);
    Databases.open(OrphanPolicies.of(login).file(), MIGRATING, "reclaim-bench").close();
    References.fill(login, References.TABLE, objects);
    References.fill(login, References.WARM_TABLE, Math.max(warm, Shelf.ORPHAN_EVERY));
    server.settle(DATABASE);
    ScanProcess.Scanned scanned =
        ScanProcess.measure(login, kafka, heapMiB(objects), objects, warm);
    long hashSet = HashSetProcess.measure(login, HASH_SET_HEAP_MIB, objects, warm);
    long sql = SqlAntiJoin.measure(login, objects);
    server.dropDatabase(DATABASE);
    return new OrphansRun(
        objects,
        objects - Shelf.orphans(objects),
        Shelf.orphans(objects),
        heapMiB(objects),
        perSecond(objects, scanned.nanos()),
        scanned.heapBytes() / MIB,
        perSecond(objects, hashSet),
        perSecond(objects, sql));
  }

  private static double perSecond(long objects, long nanos) {
    return objects * 1e9 / nanos;
  }

  private static void print(OrphansRun run) {
    System.out.printf(
        Locale.ROOT,
        "%,d listed, %,d referenced, %,d orphans: %,.0f keys/s with %.0f of %d MiB; HashSet %,.0f; SQL %,.0f%n",
        run.listed(),
        run.references(),
        run.orphans(),
        run.keysPerSecond(),
        run.peakHeapMiB(),
        run.heapMiB(),
        run.hashSetKeysPerSecond(),
        run.sqlKeysPerSecond());
  }

  private void write(Server server, List<OrphansRun> runs) throws Exception {
    if (json != null) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("runs", runs);
      fields.put("server", "PostgreSQL " + server.version());
      fields.put("settings", server.settings());
      fields.put("processors", Runtime.getRuntime().availableProcessors());
      Files.write(
          json,
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsBytes(fields));
    }
  }
}

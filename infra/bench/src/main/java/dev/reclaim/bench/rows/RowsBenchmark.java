package dev.reclaim.bench.rows;

import dev.reclaim.bench.Comparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Rows under a cascade, deleted by each contender in turn, on its own copy of the database. */
@Command(
    name = "rows",
    mixinStandardHelpOptions = true,
    description = "Expired rows: one DELETE, loops of LIMIT, and Reclaim, end to end.")
public final class RowsBenchmark implements Callable<Integer> {
  @Option(
      names = "--jobs",
      defaultValue = "1000000",
      description = "Rows of the table, half of them expired. Default: ${DEFAULT-VALUE}")
  private long jobs;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Rounds in which each contender has its turn. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Only contenders whose name has this, beside one DELETE.")
  private @Nullable String only;

  @Option(
      names = "--postgres",
      paramLabel = "DIR",
      description = "An installed PostgreSQL, which has bin/postgres. Default: the newest found.")
  private @Nullable Path postgres;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  /** Made by picocli alone. */
  RowsBenchmark() {}

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("reclaim-bench-postgres-");
    List<Comparison> comparisons = new ArrayList<>();
    try (Server server = Server.start(directory, postgres)) {
      System.out.println("PostgreSQL " + server.version());
      for (Dataset dataset :
          List.of(new Dataset("scattered", jobs, false), new Dataset("clustered", jobs, true))) {
        comparisons.add(compare(server, dataset));
      }
    } finally {
      Directories.delete(directory);
    }
    if (json != null) {
      Files.write(
          json,
          JsonMapper.builder()
              .build()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(comparisons));
    }
    return 0;
  }

  private Comparison compare(Server server, Dataset dataset) throws Exception {
    dataset.make(server);
    Comparison comparison = new Comparison(dataset.name(), "one DELETE");
    for (int round = 1; round <= rounds; round++) {
      for (Contender contender : contenders()) {
        server.copyDatabase(dataset.name(), "contender");
        long expired = dataset.expired(server, "contender");
        long nanos = contender.deleteExpired(server, "contender", expired);
        dataset.requireDone(server, "contender", expired);
        server.dropDatabase("contender");
        comparison.add(contender.name(), nanos, expired);
        System.out.printf(
            "%s, round %d: %-40s %7.2f s%n", dataset.name(), round, contender.name(), nanos / 1e9);
      }
    }
    comparison.print(System.out);
    server.dropDatabase(dataset.name());
    return comparison;
  }

  private List<Contender> contenders() {
    List<Contender> all =
        List.of(
            new OneDelete(),
            new LoopDelete(1_000),
            new LoopDelete(10_000),
            new ReclaimRun(1, 0),
            new ReclaimRun(4, 0),
            new ReclaimRun(2, 2));
    return all.stream()
        .filter(it -> only == null || it instanceof OneDelete || it.name().contains(only))
        .toList();
  }
}

package dev.reclaim.bench.rows;

import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.server.Directories;
import dev.reclaim.bench.server.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code infra/bench/run rows}: expired rows, deleted by each contender in turn. */
@Command(
    name = "rows",
    mixinStandardHelpOptions = true,
    description = "Expired rows: one DELETE, loops of LIMIT, bare key arrays, and Reclaim.")
public final class RowsCommand implements Callable<Integer> {
  @Option(names = "--quick", description = "One round over a tenth, in less than 3 minutes.")
  private boolean quick;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Rows of the main tables, half of them expired. Default: 1000000")
  private @Nullable Long jobs;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds in which each contender has its turn. Default: 3")
  private @Nullable Integer rounds;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "18",
      description = "No round begins that would not end by then. Default: ${DEFAULT-VALUE}")
  private int minutes;

  @Option(
      names = "--keys-per-transaction",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Keys in a transaction of the bare arrays. Default: ${DEFAULT-VALUE}")
  private int keysPerTransaction;

  @Option(
      names = "--only",
      paramLabel = "CHAPTER",
      split = ",",
      description = "Only these: ${COMPLETION-CANDIDATES}. Other figures are null.")
  private @Nullable Set<Chapter> only;

  @Option(
      names = "--postgres",
      paramLabel = "DIR",
      description = "An installed PostgreSQL, which has bin/postgres. Default: the newest found.")
  private @Nullable Path postgres;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  /** Made by picocli alone. */
  RowsCommand() {}

  @Override
  public Integer call() throws Exception {
    long started = System.nanoTime();
    Budget budget = Budget.of(Duration.ofMinutes(minutes));
    Path directory = Files.createTempDirectory("reclaim-bench-postgres-");
    try (Server server = Server.start(directory, postgres);
        Ground ground = Ground.start()) {
      System.out.println("PostgreSQL " + server.version());
      RowsReport report =
          new RowsBenchmark(new Stage(server, ground), scale(), chapters(), budget, System.out)
              .measure();
      Map<String, Object> about = new LinkedHashMap<>();
      about.put("server", "PostgreSQL " + server.version());
      about.put("settings", server.settings());
      about.put("scale", scale());
      about.put("processors", Runtime.getRuntime().availableProcessors());
      about.put("minutes", (System.nanoTime() - started) / 60e9);
      Map<String, @Nullable Object> fields = report.fields(scale(), about);
      ReportTable.print(report, fields, System.out);
      write(fields);
    } finally {
      Directories.delete(directory);
    }
    return 0;
  }

  private Set<Chapter> chapters() {
    return only == null ? EnumSet.allOf(Chapter.class) : only;
  }

  private Scale scale() {
    Scale scale = quick ? Scale.quick(keysPerTransaction) : Scale.full(keysPerTransaction);
    scale = jobs == null ? scale : scale.withJobs(jobs);
    return rounds == null ? scale : scale.withRounds(rounds);
  }

  private void write(Map<String, @Nullable Object> fields) throws Exception {
    if (json != null) {
      JsonMapper mapper = JsonMapper.builder().build();
      Files.write(json, mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(fields));
    }
  }
}

package dev.reclaim.bench.chaos;

import dev.reclaim.bench.server.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code infra/bench/run chaos}: faults in rounds, and exact accounts after each. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description =
        "Kills, stops and cuts off everything while an application goes on; accounts stay exact.")
public final class ChaosCommand implements Callable<Integer> {
  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Rounds. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "7",
      description = "Decides which faults come when, and to whom. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--faults",
      paramLabel = "N",
      defaultValue = "4",
      description = "Faults in a round. Default: ${DEFAULT-VALUE}")
  private int faults;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report as JSON, too.")
  private @Nullable Path json;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keeps what processes said and stored there. Default: nothing is kept.")
  private @Nullable Path keep;

  /** Made by picocli alone. */
  ChaosCommand() {}

  @Override
  public Integer call() throws Exception {
    Path directory = keep == null ? Files.createTempDirectory("reclaim-chaos-") : keep;
    try (Chaos chaos = new Chaos(Files.createDirectories(directory), seed, ChaosCommand::say)) {
      ChaosReport report = chaos.play(rounds, faults);
      System.out.println(
          report.violations() == 0
              ? "Nothing was violated."
              : report.violations() + " violations; again with --seed " + seed);
      JsonMapper mapper = JsonMapper.builder().build();
      byte[] text = mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(report);
      if (json != null) {
        Files.write(json, text);
      }
      return report.violations() == 0 ? 0 : 1;
    } finally {
      if (keep == null) {
        Directories.delete(directory);
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}

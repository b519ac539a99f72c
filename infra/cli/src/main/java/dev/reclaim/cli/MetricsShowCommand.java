package dev.reclaim.cli;

import dev.reclaim.events.Labels;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.metrics.MetricsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The accounts on the metrics topic, as they stand. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows what was reclaimed, as the metrics topic has it; changes nothing.")
final class MetricsShowCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** By time and policy, the whole before its parts, of these the largest first. */
  private static final Comparator<ReclaimedSpace> ORDER =
      Comparator.<ReclaimedSpace, Instant>comparing(
              space -> Objects.requireNonNullElse(space.start(), Instant.MIN))
          .thenComparing(ReclaimedSpace::policy)
          .thenComparing(ReclaimedSpace::labelled)
          .thenComparing(
              Comparator.<ReclaimedSpace>comparingLong(space -> space.reclaimed().bytes())
                  .reversed())
          .thenComparing(ReclaimedSpace::labels, Labels.ORDER);

  @Mixin private RemoteKafkaOption kafka;

  @Parameters(paramLabel = "POLICY", description = "Names of policies. Default: all.")
  private List<String> policies = List.of();

  @Option(
      names = "--window",
      defaultValue = "ALL",
      paramLabel = "hour|day|all",
      description = "By hour, by day, or since the ledger began, which is the default.")
  private MetricsWindow window = MetricsWindow.ALL;

  @Option(
      names = "--labels",
      description = "Breaks the numbers down by the policies' labels; by day or for all time only.")
  private boolean labels;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the result as JSON, too; - for standard output alone.")
  private @Nullable Path json;

  @SuppressWarnings("NullAway.Init")
  MetricsShowCommand() {}

  @Override
  public Integer call() {
    OutputFile.require(json);
    List<ReclaimedSpace> spaces =
        MetricsReader.read(kafka.settings(), PATIENCE, this::isWanted).values().stream()
            .sorted(ORDER)
            .toList();
    if (json != null) {
      OutputFile.writeJson(json, spaces);
    }
    if (json == null || !OutputFile.isStandardOutput(json)) {
      new SpaceTable(System.out).print(spaces);
    }
    return 0;
  }

  private boolean isWanted(MetricsKey key) {
    return key.window() == window
        && (labels || key.labels().isEmpty())
        && (policies.isEmpty() || policies.contains(key.policy()));
  }
}

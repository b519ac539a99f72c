package dev.reclaim.cli;

import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.DryRun.Forecast;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The dry run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a run would delete, and changes nothing. Needs no Kafka.")
final class PlanCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 4;

  @Mixin private PolicyOptions policies;

  @Parameters(paramLabel = "POLICY", description = "Names of policies. Default: all of the file.")
  private List<String> names = List.of();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the plan as JSON, too; - for standard output.")
  private @Nullable Path json;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "Writes every key and path that would go, a JSON line each.")
  private @Nullable Path keys;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "Judges ages as of this time, like 2026-11-21T02:00:00Z; never later than now.")
  private @Nullable Instant at;

  @SuppressWarnings("NullAway.Init")
  PlanCommand() {}

  @Override
  public Integer call() {
    PolicyFile file = policies.read();
    List<Policy> selected = file.select(names);
    OutputFile.require(json);
    OutputFile.require(keys);
    List<Forecast> forecasts = new ArrayList<>();
    List<UserException> stopped = new ArrayList<>();
    try (Installation of =
        Installation.look(file, CONNECTIONS_MAX, ProcessName.of("reclaim-plan"))) {
      DryRun dryRun = new DryRun(file, of.databases(), of.targets(), of.stores());
      if (keys == null) {
        forecast(dryRun, selected, line -> {}, forecasts, stopped);
      } else {
        OutputFile.writeLines(keys, sink -> forecast(dryRun, selected, sink, forecasts, stopped));
      }
    }
    print(forecasts);
    stopped.forEach(stop -> System.err.println(stop.getMessage()));
    if (json != null) {
      OutputFile.writeJson(json, forecasts);
    }
    return stopped.stream().mapToInt(stop -> stop.kind().exitCode()).max().orElse(0);
  }

  private void forecast(
      DryRun dryRun,
      List<Policy> selected,
      Consumer<String> sink,
      List<Forecast> forecasts,
      List<UserException> stopped) {
    for (Policy policy : selected) {
      try {
        forecasts.add(dryRun.of(policy, Optional.ofNullable(at), sink));
      } catch (UserException stop) {
        stopped.add(stop);
      }
    }
  }

  private static void print(List<Forecast> forecasts) {
    AccountTable table = new AccountTable(System.out);
    table.head("claimed", "rows", "files", "bytes", "protected", "linked files");
    for (Forecast forecast : forecasts) {
      table.line(
          forecast.policy(),
          forecast.claimed(),
          forecast.reclaimed().rows(),
          forecast.reclaimed().files(),
          forecast.reclaimed().bytes(),
          forecast.guarded(),
          forecast.linkedFiles());
    }
    table.rule();
    for (Forecast forecast : forecasts) {
      if (!forecast.sample().isEmpty()) {
        System.out.printf(
            "%s, %s before %s, like: %s%n",
            forecast.policy(),
            forecast.marks() ? "marks what is from" : "deletes what is from",
            forecast.cutoff(),
            String.join(" | ", forecast.sample()));
      }
    }
    System.out.println("A plan: nothing was changed.");
  }
}

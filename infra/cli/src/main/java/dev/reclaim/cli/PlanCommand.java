package dev.reclaim.cli;

import dev.reclaim.cli.PlanReport.Stopped;
import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.Forecast;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The dry run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a run would delete, and changes nothing. Needs no Kafka.")
final class PlanCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 4;

  @Mixin private PolicyOptions policies;
  @Mixin private SelectionOptions selection;

  @Option(
      names = "--accept-references",
      description = "Plans what a run with the same option would do.")
  private boolean acceptReferences;

  @SuppressWarnings("NullAway.Init")
  PlanCommand() {}

  @Override
  public Integer call() {
    PolicyFile file = policies.read();
    List<Policy> selected = selection.select(file);
    selection.requireWritable();
    List<Forecast> forecasts = new ArrayList<>();
    List<Stopped> stopped = new ArrayList<>();
    try (Installation of =
        Installation.look(file, CONNECTIONS_MAX, ProcessName.of("reclaim-plan"))) {
      DryRun dryRun = new DryRun(file, of.databases(), of.targets(), of.stores());
      if (selection.keys().isPresent()) {
        OutputFile.writeLines(
            selection.keys().get(), sink -> forecast(dryRun, selected, sink, forecasts, stopped));
      } else {
        forecast(dryRun, selected, line -> {}, forecasts, stopped);
      }
    }
    PlanReport report = PlanReport.of(forecasts, stopped);
    report.print(System.out);
    stopped.forEach(stop -> System.err.println(stop.why()));
    selection.json().ifPresent(out -> OutputFile.writeJson(out, report));
    return report.exitCode();
  }

  private void forecast(
      DryRun dryRun,
      List<Policy> selected,
      Consumer<String> sink,
      List<Forecast> forecasts,
      List<Stopped> stopped) {
    Trust trust = acceptReferences ? Trust.UNRECORDED_ACCEPTED : Trust.UNRECORDED;
    for (Policy policy : selected) {
      try {
        forecasts.add(dryRun.of(policy, selection.at(), trust, sink));
      } catch (UserException stop) {
        stopped.add(
            new Stopped(policy.name(), stop.kind().exitCode(), String.valueOf(stop.getMessage())));
      }
    }
  }
}

package dev.reclaim.cli;

import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.DryRun.Forecast;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The dry run. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what a run would delete, and changes nothing. Needs no Kafka.")
final class PlanCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 4;

  @Mixin private PolicyOptions policies;
  @Mixin private SelectionOptions selection;

  @SuppressWarnings("NullAway.Init")
  PlanCommand() {}

  @Override
  public Integer call() {
    PolicyFile file = policies.read();
    List<Policy> selected = selection.select(file);
    selection.requireWritable();
    List<Forecast> forecasts = new ArrayList<>();
    List<UserException> stopped = new ArrayList<>();
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
    print(forecasts);
    stopped.forEach(stop -> System.err.println(stop.getMessage()));
    selection.json().ifPresent(out -> OutputFile.writeJson(out, forecasts));
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
        forecasts.add(dryRun.of(policy, selection.at(), sink));
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
      if (forecast.undated() > 0) {
        System.out.printf(
            "%s: %d rows have no usable date and stay%n", forecast.policy(), forecast.undated());
      }
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

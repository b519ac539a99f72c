package dev.reclaim.cli;

import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Plans, deletes, waits until its own runs are complete, and prints their account: the drop-in for
 * a cron script.
 */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs policies now, to the end, and prints the account.",
      "Running a policy by name is its approval, enabled or not. What was interrupted is gone on with."
    })
final class RunCommand implements Callable<Integer> {
  private static final int CONNECTIONS_BESIDE_MAX = 6;

  @Mixin private PolicyOptions policies;
  @Mixin private SelectionOptions selection;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      description = "Gives up after this long, like PT30M; the next run goes on from there.")
  private @Nullable Duration timeout;

  @Option(
      names = "--accept-references",
      description =
          "Believes, this once, references to files that are none or a fifth fewer than last time, and that hardly any row has its files.")
  private boolean acceptReferences;

  @SuppressWarnings("NullAway.Init")
  RunCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PolicyFile file = policies.read();
    List<Policy> selected = selection.select(file);
    selection.requireWritable();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      Installation to =
          roles.own(
              Installation.open(
                  file,
                  Installation.workerConnectionsMax(file) + CONNECTIONS_BESIDE_MAX,
                  ProcessName.of("reclaim-run")));
      KafkaOptions.Broker broker = roles.own(kafka.open());
      Worker worker = roles.own(to.startWorker(ProcessName.of("run-worker"), broker.settings()));
      Planner planner = roles.own(to.startPlanner(ProcessName.of("run"), broker.settings()));
      return carryOut(planner, worker, selected);
    }
  }

  private int carryOut(Planner planner, Worker worker, List<Policy> selected)
      throws InterruptedException {
    RunRequest request =
        new RunRequest(
            Optional.empty(), selection.at(), acceptReferences, selection.keys().isPresent());
    PolicyRuns.Results results;
    try (RunBar bar = new RunBar()) {
      results =
          new PolicyRuns(planner, bar, worker::healthy)
              .run(selected, request, Optional.ofNullable(timeout));
    }
    RunReport report = RunReport.of(results);
    report.print(System.out);
    selection.json().ifPresent(out -> OutputFile.writeJson(out, report));
    selection
        .keys()
        .ifPresent(
            out ->
                OutputFile.writeLines(
                    out, sink -> results.done().forEach(run -> planner.deletedKeys(run, sink))));
    return exitCode(results);
  }

  private static int exitCode(PolicyRuns.Results results) {
    int code = 0;
    for (UserException stop : results.stopped().values()) {
      code = Math.max(code, stop.kind().exitCode());
    }
    boolean unfinished =
        !results.late().isEmpty()
            || results.done().stream().anyMatch(run -> run.state() != RunResult.State.COMPLETE);
    return unfinished ? Math.max(code, Kind.FAILED.exitCode()) : code;
  }

  static Reclaimed total(List<RunResult> runs) {
    return runs.stream().map(RunResult::reclaimed).reduce(Reclaimed.NOTHING, Reclaimed::plus);
  }
}

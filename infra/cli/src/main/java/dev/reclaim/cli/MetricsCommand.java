package dev.reclaim.cli;

import dev.reclaim.admin.AdminServer;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The role metrics alone, and what it has summed. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    description =
        "Runs the metrics stream alone until Ctrl-C: sums outcomes, each once, into the metrics topic.",
    subcommands = {MetricsShowCommand.class, MetricsRebuildCommand.class})
final class MetricsCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  // Groups, because a mandatory option of this command would be asked of its subcommand, too.
  @ArgGroup(exclusive = false)
  private @Nullable PolicyOptions policies;

  @ArgGroup(exclusive = false)
  private @Nullable RemoteKafkaOption kafka;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".reclaim",
      description =
          "Directory for the stream's state, which can be lost. Default: ${DEFAULT-VALUE}")
  private Path data = Path.of(".reclaim");

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8480",
      description = "Port for health and metrics on 127.0.0.1. Default: ${DEFAULT-VALUE}")
  private int port;

  @SuppressWarnings("NullAway.Init")
  MetricsCommand() {}

  @Override
  public Integer call() {
    if (policies == null || kafka == null) {
      throw new ParameterException(
          spec.commandLine(),
          "Missing: the stream needs both --policies=FILE and --kafka=HOST:PORT");
    }
    Logging.talkative();
    policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      KafkaSettings broker = kafka.reach();
      MetricsJob job =
          roles.own(MetricsJob.start(MetricsSettings.of(broker, data.resolve("streams"))));
      MetricsView view = roles.own(MetricsView.start(broker));
      AdminServer admin =
          roles.own(
              AdminServer.start(
                  port,
                  Map.of("metrics", job::healthy, "view", view::current),
                  () -> view.snapshot().values()));
      System.out.println("The metrics stream is up: " + admin.uri() + ". Ctrl-C ends it.");
      return Roles.stayWhile(Map.of("metrics stream", job::healthy));
    }
  }
}

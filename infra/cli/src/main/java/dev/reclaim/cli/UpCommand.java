package dev.reclaim.cli;

import dev.reclaim.admin.AdminServer;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.Schedules;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.Worker;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Planner, worker and metrics in one process. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Runs planner, worker and metrics in one process until Ctrl-C.",
      "Only policies with enabled: true are carried out, when their schedule says so."
    })
final class UpCommand implements Callable<Integer> {
  private static final int CONNECTIONS_BESIDE_MAX = 8;

  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--port",
      paramLabel = "P",
      defaultValue = "8480",
      description = "Port for health and metrics on 127.0.0.1. Default: ${DEFAULT-VALUE}")
  private int port;

  @SuppressWarnings("NullAway.Init")
  UpCommand() {}

  @Override
  public Integer call() {
    Logging.talkative();
    PolicyFile file = policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      Installation to =
          roles.own(
              Installation.open(
                  file,
                  Installation.workerConnectionsMax(file) + CONNECTIONS_BESIDE_MAX,
                  ProcessName.of("reclaim-up")));
      KafkaSettings broker = roles.own(kafka.open()).settings();
      MetricsJob metrics =
          roles.own(MetricsJob.start(MetricsSettings.of(broker, kafka.directory("streams"))));
      MetricsView view = roles.own(MetricsView.start(broker));
      Worker worker = roles.own(to.startWorker(ProcessName.of("worker"), broker));
      Planner planner = roles.own(to.startPlanner(ProcessName.of("planner"), broker));
      roles.own(Schedules.start(ProcessName.of("planner"), file, to.databases(), planner));
      Map<String, BooleanSupplier> checks =
          Map.of("worker", worker::healthy, "metrics stream", metrics::healthy);
      AdminServer admin =
          roles.own(
              AdminServer.start(
                  port, checks, () -> view.snapshot().values(), worker::pace, worker::gauges));
      introduce(file, broker, admin);
      return Roles.stayWhile(checks);
    }
  }

  private static void introduce(PolicyFile file, KafkaSettings broker, AdminServer admin) {
    for (Policy policy : file.policies()) {
      String when =
          policy
              .schedule()
              .map(schedule -> schedule.cron() + " " + schedule.zone())
              .orElse("no schedule: only by reclaim run");
      System.out.printf(
          "%-24s %s%s%n",
          policy.name(), when, policy.enabled() ? "" : ", not enabled: never carried out here");
    }
    System.out.println("Kafka:   " + broker.bootstrapServers());
    System.out.println(
        "Metrics: "
            + admin.uri().resolve("/v1/metrics")
            + ", or topic "
            + broker.topics().metrics());
    System.out.println("Up. Ctrl-C ends it.");
  }
}

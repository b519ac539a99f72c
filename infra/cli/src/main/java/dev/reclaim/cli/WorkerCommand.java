package dev.reclaim.cli;

import dev.reclaim.admin.AdminServer;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The role worker alone. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description =
        "Runs one worker until Ctrl-C: checks claims and deletes. Start more to go faster.")
final class WorkerCommand implements Callable<Integer> {

  @Mixin private PolicyOptions policies;
  @Mixin private RemoteKafkaOption kafka;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port for health and pace on 127.0.0.1. Default: none")
  private @Nullable Integer port;

  @SuppressWarnings("NullAway.Init")
  WorkerCommand() {}

  @Override
  public Integer call() {
    Logging.talkative();
    PolicyFile file = policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      KafkaSettings broker = kafka.reach();
      Installation at =
          roles.own(
              Installation.open(
                  file, Installation.workerConnectionsMax(file), ProcessName.of("reclaim-worker")));
      Worker worker = roles.own(at.startWorker(ProcessName.of("worker"), broker));
      Map<String, BooleanSupplier> checks = Map.of("worker", worker::healthy);
      if (port != null) {
        AdminServer admin =
            roles.own(AdminServer.start(port, checks, List::of, worker::pace, worker::gauges));
        System.out.println("Pace:    " + admin.uri().resolve("/v1/pace"));
      }
      System.out.println("The worker is up. Ctrl-C ends it.");
      return Roles.stayWhile(checks);
    }
  }
}

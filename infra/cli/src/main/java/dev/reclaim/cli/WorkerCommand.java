package dev.reclaim.cli;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.Worker;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The role worker alone. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    description =
        "Runs one worker until Ctrl-C: checks claims and deletes. Start more to go faster.")
final class WorkerCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 8;

  @Mixin private PolicyOptions policies;
  @Mixin private RemoteKafkaOption kafka;

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
          roles.own(Installation.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-worker")));
      Worker worker = roles.own(at.startWorker(ProcessName.of("worker"), broker));
      System.out.println("The worker is up. Ctrl-C ends it.");
      return Roles.stayWhile(Map.of("worker", worker::healthy));
    }
  }
}

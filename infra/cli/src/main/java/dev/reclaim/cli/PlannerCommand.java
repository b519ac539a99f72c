package dev.reclaim.cli;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.Schedules;
import dev.reclaim.policy.PolicyFile;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The role planner alone. */
@Command(
    name = "planner",
    mixinStandardHelpOptions = true,
    description =
        "Runs the planner alone until Ctrl-C: finds what should go, on schedule. Several share the work.")
final class PlannerCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 8;

  @Mixin private PolicyOptions policies;
  @Mixin private RemoteKafkaOption kafka;

  @SuppressWarnings("NullAway.Init")
  PlannerCommand() {}

  @Override
  public Integer call() {
    Logging.talkative();
    PolicyFile file = policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      KafkaSettings broker = kafka.reach();
      Installation from =
          roles.own(Installation.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-planner")));
      Planner planner = roles.own(from.startPlanner(ProcessName.of("planner"), broker));
      roles.own(Schedules.start(ProcessName.of("planner"), file, from.databases(), planner));
      System.out.println("The planner is up. Ctrl-C ends it.");
      return Roles.stayWhile(Map.of());
    }
  }
}

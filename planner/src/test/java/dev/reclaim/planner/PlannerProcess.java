package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A planner with its schedules in a JVM of its own, so that it can be killed. */
final class PlannerProcess implements AutoCloseable {
  private final Process process;

  private PlannerProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param policies a whole policy file, its password in {@code ${PASSWORD}}
   */
  static PlannerProcess start(KafkaSettings kafka, Path policies, String password)
      throws IOException {
    ProcessBuilder java =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                PlannerProcess.class.getName(),
                kafka.bootstrapServers(),
                kafka.topics().prefix(),
                policies.toString()));
    java.environment().put("PASSWORD", password);
    return new PlannerProcess(java.inheritIO().start());
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) throws IOException {
    KafkaSettings kafka = new KafkaSettings(arguments[0], new Topics(arguments[1]), 4, (short) -1);
    PolicyFile file =
        PolicyFileReader.read(
            "p.yaml", Files.readString(Path.of(arguments[2])), System.getenv()::get);
    Databases databases = Databases.open(file, 8, "killed");
    Planner planner =
        Planner.start(
            "killed", kafka, file, databases, RowTargets.resolve(file, databases), Map.of());
    Schedules unused = Schedules.start("killed", file, databases, planner);
  }
}

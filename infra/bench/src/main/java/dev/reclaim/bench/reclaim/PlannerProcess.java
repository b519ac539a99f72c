package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.server.Login;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A planner in a process of its own. Each line that it reads names a policy to run, or asks for the
 * peak of its heap.
 */
final class PlannerProcess implements AutoCloseable {
  /** How a run should end. */
  static final String COMPLETE = "complete";

  /** No policy's name. */
  private static final String HEAP = "heap?";

  private static final int CONNECTIONS = 4;

  private final ChildProcess process;

  private PlannerProcess(ChildProcess process) {
    this.process = process;
  }

  /** Starts one, whose database has Reclaim's schema, and returns at once. */
  static PlannerProcess start(Crew crew, KafkaSettings kafka, Login login, int turn)
      throws IOException {
    return new PlannerProcess(
        ChildProcess.start(
            "planner",
            PlannerProcess.class,
            crew.heapMiBMax(),
            login,
            List.of(kafka.bootstrapServers(), Integer.toString(turn))));
  }

  /** The planner itself. */
  public static void main(String[] args) throws Exception {
    HeapPeak heap = HeapPeak.watch();
    BenchPolicy policy = BenchPolicy.of(ChildProcess.login(args[1]), Integer.parseInt(args[3]));
    try (Databases databases = Databases.connect(policy.file(), CONNECTIONS, args[0]);
        Planner planner = here(args[0], KafkaSettings.at(args[2]), policy, databases)) {
      System.out.println("ready");
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        System.out.println(
            line.equals(HEAP) ? Long.toString(heap.bytes()) : run(planner, policy, line));
      }
    }
  }

  /** A planner in this process. */
  static Planner here(String name, KafkaSettings kafka, BenchPolicy policy, Databases databases) {
    return Planner.start(
        name,
        kafka,
        policy.file(),
        databases,
        RowTargets.resolve(policy.file(), databases),
        Map.of());
  }

  /** Carries out a run; says how it ended. */
  static String run(Planner planner, BenchPolicy policy, String name) throws InterruptedException {
    Optional<RunResult> result =
        planner.run(policy.named(name), RunRequest.NOW, RunProgress.SILENT);
    return result.map(it -> it.problem().orElse(COMPLETE)).orElse("nothing was to be done");
  }

  /** Has it carry out a run; returns how that ended. */
  String run(String policy) throws IOException {
    return process.ask(policy);
  }

  void awaitReady() throws IOException {
    process.awaitReady();
  }

  long heapPeakBytes() throws IOException {
    return Long.parseLong(process.ask(HEAP));
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}

package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.server.Login;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.worker.Worker;
import dev.reclaim.worker.WorkerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A worker in a process of its own; each line that it reads asks for the peak of its heap. */
final class WorkerProcess implements AutoCloseable {
  private final ChildProcess process;

  private WorkerProcess(ChildProcess process) {
    this.process = process;
  }

  /** Starts one, whose database has Reclaim's schema, and returns at once. */
  static WorkerProcess start(String name, Crew crew, KafkaSettings kafka, Login login, int turn)
      throws IOException {
    return new WorkerProcess(
        ChildProcess.start(
            name,
            WorkerProcess.class,
            crew.heapMiBMax(),
            login,
            List.of(
                kafka.bootstrapServers(),
                Integer.toString(turn),
                Integer.toString(crew.connections()))));
  }

  /** The worker itself. */
  public static void main(String[] args) throws Exception {
    HeapPeak heap = HeapPeak.watch();
    BenchPolicy policy = BenchPolicy.of(ChildProcess.login(args[1]), Integer.parseInt(args[3]));
    Crew crew = Crew.here(Integer.parseInt(args[4]));
    try (Databases databases = Databases.connect(policy.file(), crew.poolMax(), args[0]);
        Worker worker = here(args[0], crew, KafkaSettings.at(args[2]), policy, databases)) {
      System.out.println("ready");
      BufferedReader questions =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (questions.readLine() != null && worker.healthy()) {
        System.out.println(heap.bytes());
      }
    }
  }

  /** A worker in this process. */
  static Worker here(
      String name, Crew crew, KafkaSettings kafka, BenchPolicy policy, Databases databases) {
    return Worker.start(
        settings(name, crew.connections()),
        kafka,
        policy.file(),
        databases,
        RowTargets.resolve(policy.file(), databases),
        Map.of());
  }

  /** What a worker has by default, but for its connections. */
  private static WorkerSettings settings(String name, int connections) {
    WorkerSettings usual = WorkerSettings.named(name);
    return new WorkerSettings(
        name, usual.group(), connections, usual.inFlightMax(), usual.drainMax());
  }

  void awaitReady() throws IOException {
    process.awaitReady();
  }

  long heapPeakBytes() throws IOException {
    return Long.parseLong(process.ask("heap"));
  }

  @Override
  public void close() throws InterruptedException {
    process.close();
  }
}

package dev.reclaim.bench.rows;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.worker.Worker;
import dev.reclaim.worker.WorkerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker in a process of its own; it ends when its standard input does. */
final class WorkerProcess implements AutoCloseable {
  private static final String READY = "ready";

  private final Process process;

  private WorkerProcess(Process process) {
    this.process = process;
  }

  /** Starts one and waits until it has joined. */
  static WorkerProcess start(
      int number, KafkaSettings kafka, String url, String user, String password, int connections)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerProcess.class.getName(),
                "worker-" + number,
                kafka.bootstrapServers(),
                url,
                Integer.toString(connections)));
    builder.environment().put("BENCH_USER", user);
    builder.environment().put("BENCH_PASSWORD", password);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    @Nullable String line = said.readLine();
    if (!READY.equals(line)) {
      throw new IllegalStateException("a worker process did not start: " + line);
    }
    return new WorkerProcess(process);
  }

  /** The worker itself. */
  public static void main(String[] args) throws Exception {
    PolicyFile file =
        BenchPolicy.of(args[2], System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD"));
    int connections = Integer.parseInt(args[3]);
    KafkaSettings kafka = KafkaSettings.at(args[1]);
    try (Databases databases = Databases.connect(file, connections + 2, args[0]);
        Worker worker =
            Worker.start(
                settings(args[0], connections),
                kafka,
                file,
                databases,
                RowTargets.resolve(file, databases),
                Map.of())) {
      System.out.println(READY);
      while (worker.healthy() && System.in.read() >= 0) {
        // Until the parent closes the pipe.
      }
    }
  }

  static WorkerSettings settings(String name, int connections) {
    return new WorkerSettings(name, "reclaim-workers", connections, 64, Duration.ofSeconds(20));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.getOutputStream().close();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}

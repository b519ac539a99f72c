package dev.reclaim.metrics;

import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The metrics job in a JVM of its own, so that it can be killed. */
final class MetricsJobProcess implements AutoCloseable {
  private final Process process;

  private MetricsJobProcess(Process process) {
    this.process = process;
  }

  static MetricsJobProcess start(KafkaSettings kafka, Path stateDirectory) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            MetricsJobProcess.class.getName(),
            kafka.bootstrapServers(),
            kafka.topics().prefix(),
            stateDirectory.toString());
    return new MetricsJobProcess(new ProcessBuilder(command).inheritIO().start());
  }

  /** As {@code kill -9}. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) {
    KafkaSettings kafka =
        new KafkaSettings(
            arguments[0], new Topics(arguments[1]), KafkaSettings.WORK_PARTITIONS, (short) -1);
    MetricsJob job = MetricsJob.start(MetricsSettings.of(kafka, Path.of(arguments[2])));
    Runtime.getRuntime().addShutdownHook(new Thread(job::close));
  }
}

package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Databases;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** One audit in a JVM with {@value #HEAP_MIB} MiB of heap. */
record AuditProcess(boolean equal, long events, Duration took, Duration processor) {
  static final int HEAP_MIB = 128;

  static AuditProcess run(KafkaSettings kafka, TestDatabase database)
      throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx%dm".formatted(HEAP_MIB),
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                AuditProcess.class.getName(),
                kafka.bootstrapServers(),
                kafka.topics().prefix(),
                database.jdbcUrl(),
                database.user()));
    java.environment().put("PASSWORD", database.password());
    Process process = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the audit failed: " + said);
    }
    List<Long> numbers = Stream.of(said.strip().split(" ", -1)).map(Long::valueOf).toList();
    return new AuditProcess(
        numbers.get(0) == 1,
        numbers.get(1),
        Duration.ofMillis(numbers.get(2)),
        Duration.ofMillis(numbers.get(3)));
  }

  public static void main(String[] arguments) throws InterruptedException {
    KafkaSettings kafka = new KafkaSettings(arguments[0], new Topics(arguments[1]), 1, (short) -1);
    String text =
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        policies: [ { name: logs, table: main.s.t, expire: { after: P1D, by: c } } ]
        """
            .formatted(arguments[2], arguments[3]);
    try (Databases databases =
        Databases.open(PolicyFileReader.read("p.yaml", text, System.getenv()::get), 4, "audited")) {
      long started = System.nanoTime();
      AuditReport report =
          new Audit(kafka, databases.all(), Set.of("logs"), Set.of()).compare(Duration.ofMillis(1));
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      Duration processor = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
      System.out.printf(
          "%d %d %d %d%n",
          report.equal() ? 1 : 0,
          report.policies().get(0).outcomes().events(),
          took.toMillis(),
          processor.toMillis());
    }
  }
}

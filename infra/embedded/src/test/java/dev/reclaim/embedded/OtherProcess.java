package dev.reclaim.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Another JVM that has started a server and waits to be killed. */
final class OtherProcess implements AutoCloseable {
  private static final String READY = "ready ";

  private final Process process;
  private final String said;

  private OtherProcess(Process process, String said) {
    this.process = process;
    this.said = said;
  }

  /** Returns when the server is up. */
  static OtherProcess running(Class<?> server, Path dataDirectory) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                server.getSimpleName(),
                dataDirectory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(READY)) {
        return new OtherProcess(process, line.substring(READY.length()));
      }
    }
    throw new IllegalStateException("The other process did not start its server");
  }

  /** What the server is reached by. */
  String said() {
    return said;
  }

  long pid() {
    return process.pid();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] arguments) throws InterruptedException {
    Path directory = Path.of(arguments[1]);
    String reachedBy =
        switch (arguments[0]) {
          case "EmbeddedKafka" -> EmbeddedKafka.start(directory).bootstrapServers();
          case "EmbeddedPostgres" -> Integer.toString(EmbeddedPostgres.start(directory).port());
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.println(READY + reachedBy);
    Thread.currentThread().join();
  }
}

package dev.reclaim.cli;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The command as a process of its own; what it says goes into two files. Killed when closed. */
record ReclaimProcess(Process process, Path out, Path err) implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(90);
  private static final Duration END_MAX = Duration.ofSeconds(60);

  /**
   * Starts {@code reclaim} with these arguments.
   *
   * @param name of its files in the directory
   */
  static ReclaimProcess start(
      Path directory, String name, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Reclaim.class.getName()));
    command.addAll(List.of(arguments));
    File out = directory.resolve(name + ".out").toFile();
    File err = directory.resolve(name + ".err").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
    builder.environment().putAll(environment);
    return new ReclaimProcess(builder.start(), out.toPath(), err.toPath());
  }

  /** Waits until a line of its standard output holds the text; returns that line. */
  String awaitLine(String text) {
    await(text + " of " + this)
        .atMost(START_MAX)
        .until(() -> line(text) != null || !process.isAlive());
    String line = line(text);
    if (line == null) {
      throw new AssertionError("ended without saying \"" + text + "\": " + errors());
    }
    return line;
  }

  private @Nullable String line(String text) {
    return text(out).lines().filter(line -> line.contains(text)).findFirst().orElse(null);
  }

  String errors() {
    return text(err);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGTERM; returns the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("still alive after " + END_MAX + ": " + errors());
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}

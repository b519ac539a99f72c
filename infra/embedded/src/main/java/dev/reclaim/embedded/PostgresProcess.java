package dev.reclaim.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running PostgreSQL under a small shell that ends it when this JVM lets go of the pipe to the
 * shell, which a JVM does however it ends.
 */
final class PostgresProcess {
  /**
   * Reads the pipe beside PostgreSQL. The end of it, or any line but {@code immediate}, means a
   * fast shutdown (SIGINT), asked for again and again because PostgreSQL hears nothing in its first
   * moments. Signals to this shell's process group, such as Ctrl-C's, are not for PostgreSQL: those
   * who use it come first.
   */
  private static final String SUPERVISE =
      """
      trap '' INT QUIT TERM HUP
      exec 3<&0
      if command -v setsid >/dev/null; then
        setsid "$@" 3<&- </dev/null &
      else
        set -m
        "$@" 3<&- </dev/null &
      fi
      postgres=$!
      (
        read -r how <&3
        signal=INT
        if [ "$how" = immediate ]; then signal=QUIT; fi
        while kill -$signal $postgres 2>/dev/null; do sleep 0.2; done
      ) &
      reader=$!
      wait $postgres
      status=$?
      kill -KILL $reader 2>/dev/null
      exit $status
      """;

  private final Process shell;

  private PostgresProcess(Process shell) {
    this.shell = shell;
  }

  static PostgresProcess start(PostgresUser user, List<String> command, Path logFile)
      throws IOException {
    List<String> supervised = new ArrayList<>(List.of("sh", "-c", SUPERVISE, "sh"));
    supervised.addAll(command);
    return new PostgresProcess(
        user.process(supervised)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
            .start());
  }

  boolean isRunning() {
    return shell.isAlive();
  }

  /** Rolls back what is open and writes everything down; then waits for the end. */
  void stopFast(long timeoutSeconds) {
    stop("fast", timeoutSeconds);
  }

  /** As if the machine had failed: the next start recovers. */
  void stopImmediately(long timeoutSeconds) {
    stop("immediate", timeoutSeconds);
  }

  private void stop(String how, long timeoutSeconds) {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write((how + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // It has ended already, or was told so before.
    }
    try {
      shell.waitFor(timeoutSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

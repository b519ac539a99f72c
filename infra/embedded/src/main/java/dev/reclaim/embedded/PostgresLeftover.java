package dev.reclaim.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The PostgreSQL that a killed run left on a data directory: shutting down, as a rule.
 *
 * <p>The directory's lock is ours by now, so whoever started it is gone.
 */
final class PostgresLeftover {
  private static final String PID_FILE = "postmaster.pid";
  private static final long OWN_END_SECONDS_MAX = 5;
  private static final long FAST_END_SECONDS_MAX = 20;
  private static final long FORCED_END_SECONDS_MAX = 10;

  private PostgresLeftover() {}

  /** Waits for its end, and brings it about where it does not come. */
  static void end(Path data) throws IOException {
    Optional<ProcessHandle> holder = holder(data);
    if (holder.isEmpty()) {
      return; // A dead one's pid file is PostgreSQL's own to judge.
    }
    ProcessHandle process = holder.get();
    if (!servesFrom(data, process)) {
      // The number went to a stranger since. PostgreSQL cannot tell and would refuse to start.
      Files.deleteIfExists(data.resolve(PID_FILE));
      return;
    }
    if (hasEnded(process, OWN_END_SECONDS_MAX)) {
      return;
    }
    shutDownFast(process);
    if (hasEnded(process, FAST_END_SECONDS_MAX)) {
      return;
    }
    process.destroyForcibly();
    if (!hasEnded(process, FORCED_END_SECONDS_MAX)) {
      throw new EmbeddedServerException(
          "A PostgreSQL of an earlier run (process %d) still uses %s and does not end. End it by hand."
              .formatted(process.pid(), data));
    }
  }

  private static Optional<ProcessHandle> holder(Path data) throws IOException {
    Path file = data.resolve(PID_FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.get(0).strip().matches("\\d+")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).filter(ProcessHandle::isAlive);
  }

  private static boolean servesFrom(Path data, ProcessHandle process) {
    ProcessHandle.Info info = process.info();
    return info.command().map(command -> command.endsWith("postgres")).orElse(false)
        && info.arguments()
            .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
            .orElse(false);
  }

  /** Java's own {@code destroy} sends SIGTERM, which waits for the clients to leave. */
  private static void shutDownFast(ProcessHandle process) throws IOException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
  }

  private static boolean hasEnded(ProcessHandle process, long timeoutSeconds) {
    CompletableFuture<ProcessHandle> end = process.onExit();
    try {
      end.get(timeoutSeconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while an earlier PostgreSQL ends", e);
    }
  }
}

package dev.reclaim.bench.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Waits for locks as the server's own log has them: with {@code log_lock_waits} each wait that
 * reaches {@code deadlock_timeout} is one line, so that none is missed and none counted twice.
 */
public final class LockWaits {
  /** What {@code deadlock_timeout} is set to. */
  static final String LONG = "100ms";

  /** What {@code log_line_prefix} is set to. */
  static final String PREFIX = "%m [%p] app=%a ";

  private LockWaits() {}

  /** Long waits of an application since the server has started. */
  static long count(Path log, String applicationName) throws IOException {
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> isWait(line, applicationName)).count();
    }
  }

  static boolean isWait(String line, String applicationName) {
    return line.contains(" app=" + applicationName + " LOG: ")
        && line.contains(" still waiting for ");
  }
}

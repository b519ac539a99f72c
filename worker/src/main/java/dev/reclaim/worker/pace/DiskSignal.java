package dev.reclaim.worker.pace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Free space where the server keeps its data, seen only where it runs on this machine. Deleting
 * writes a log before it frees anything, and a server whose disk is full goes down.
 */
final class DiskSignal implements Signal {
  static final long FREE_STOP_BYTES = 512L << 20;
  static final long FREE_AGAIN_BYTES = 1L << 30;
  static final long FREE_SLOW_BYTES = 2L << 30;

  /** NULL where it is on another machine, or we may not know. */
  private static final String DIRECTORY =
      """
      SELECT CASE WHEN pg_has_role('pg_read_all_settings', 'USAGE') AND inet_server_addr() <<= '127.0.0.0/8'
                  THEN current_setting('data_directory') END
      """;

  private Optional<Path> directory = Optional.empty();
  private boolean asked;
  private boolean stopped;

  @Override
  public Reading read(Handle handle) {
    if (!asked) {
      asked = true;
      directory =
          handle
              .createQuery(DIRECTORY)
              .mapTo(String.class)
              .findOne()
              .map(Path::of)
              .filter(Files::isDirectory);
    }
    return directory.map(DiskSignal::free).map(this::judge).orElse(Reading.CALM);
  }

  private static long free(Path path) {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** What so much free space means. */
  Reading judge(long freeBytes) {
    stopped = freeBytes < (stopped ? FREE_AGAIN_BYTES : FREE_STOP_BYTES);
    if (freeBytes >= FREE_SLOW_BYTES) {
      return Reading.CALM;
    }
    return new Reading(
        stopped ? Pressure.HALT : Pressure.SLOW,
        name(),
        "the server's disk has %d MiB left".formatted(freeBytes >> 20));
  }

  @Override
  public String name() {
    return "free disk";
  }
}

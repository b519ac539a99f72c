package dev.reclaim.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A copy of a running server's data, from which a replica starts: what {@code pg_basebackup} does,
 * which is not among the embedded programs.
 *
 * @see <a href="https://www.postgresql.org/docs/current/continuous-archiving.html">Making a Base
 *     Backup Using the Low Level API</a>
 */
final class PostgresCopy {
  /** Directories of which only the names are copied: a server fills them by itself. */
  private static final Set<String> EMPTIED =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

  private final Path source;
  private final Connection connection;

  private PostgresCopy(Path source, Connection connection) {
    this.source = source;
    this.connection = connection;
  }

  /**
   * A copy that is not made yet.
   *
   * @param connection to the server, kept open meanwhile
   */
  static PostgresCopy of(Path source, Connection connection) {
    return new PostgresCopy(source, connection);
  }

  /** Makes it, of a server that is to follow the one copied; the log since then is streamed. */
  void to(Path target) throws IOException, SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_backup_start('replica', true)");
      copy(target);
      try (ResultSet stop = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
        stop.next();
        Files.writeString(target.resolve("backup_label"), stop.getString(1));
      }
    }
    Files.createFile(target.resolve("standby.signal"));
  }

  private void copy(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    List<Path> paths = new ArrayList<>();
    Files.walkFileTree(source, new Wanted(paths));
    for (Path from : paths) {
      Path to = target.resolve(source.relativize(from).toString());
      if (Files.isDirectory(from)) {
        Files.createDirectory(to, PRIVATE);
      } else {
        copy(from, to);
      }
    }
  }

  /** The server goes on meanwhile, and its log says what became of a file that is gone. */
  private static void copy(Path from, Path to) throws IOException {
    try {
      Files.copy(from, to);
    } catch (NoSuchFileException e) {
      Files.deleteIfExists(to);
    }
  }

  /** Collects what belongs to a copy, a directory before what it holds. */
  private final class Wanted extends SimpleFileVisitor<Path> {
    private final List<Path> paths;

    private Wanted(List<Path> paths) {
      this.paths = paths;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
      paths.add(directory);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Path path = source.relativize(file);
      if (!EMPTIED.contains(path.getName(0).toString()) && !LEFT_OUT.contains(path.toString())) {
        paths.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }
}

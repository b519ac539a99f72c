package dev.reclaim.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files below a directory, seen with nothing but the file system. */
final class StoreListing {

  /**
   * A file that is there.
   *
   * @param modified to the microsecond, as PostgreSQL keeps it
   */
  record Listed(String path, long bytes, Instant modified) {}

  private final Path root;

  StoreListing(Path root) {
    this.root = root;
  }

  List<Listed> files() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.flatMap(this::listed).toList();
    }
  }

  long count() throws IOException {
    if (!Files.isDirectory(root)) {
      return 0;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isRegularFile).count();
    }
  }

  /** Leaves an empty directory. */
  void clear() throws IOException {
    Files.createDirectories(root);
    try (Stream<Path> paths = Files.walk(root)) {
      List<Path> inside = paths.filter(path -> !path.equals(root)).toList();
      for (Path path : inside.stream().sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private Stream<Listed> listed(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        return Stream.empty();
      }
      return Stream.of(
          new Listed(
              root.relativize(path).toString(),
              attributes.size(),
              micros(attributes.lastModifiedTime())));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + path, e);
    }
  }

  private static Instant micros(FileTime time) {
    return time.toInstant().truncatedTo(ChronoUnit.MICROS);
  }
}

package dev.reclaim.cli;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for one demo, gone when it ends. */
record DemoDirectory(Path path) implements AutoCloseable {
  static DemoDirectory make() {
    try {
      return new DemoDirectory(Files.createTempDirectory("reclaim-demo-"));
    } catch (IOException e) {
      throw new UserException(
          Kind.FAILED,
          "No directory for the demo can be made in %s: %s. Name another place with JAVA_OPTS=-Djava.io.tmpdir=DIR."
              .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(path)) {
      files.sorted(Comparator.reverseOrder()).forEach(DemoDirectory::delete);
    } catch (IOException | UncheckedIOException e) {
      System.err.println(
          "The demo's directory " + path + " could not be removed: " + e.getMessage());
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

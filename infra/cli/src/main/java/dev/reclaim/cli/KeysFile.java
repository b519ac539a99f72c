package dev.reclaim.cli;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Keys and paths, a JSON line each. */
final class KeysFile {
  private KeysFile() {}

  /** Writes what {@code lines} hands to its sink. */
  static void write(Path file, Consumer<Consumer<String>> lines) {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      lines.accept(
          line -> {
            try {
              writer.write(line);
              writer.write('\n');
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw new UserException(
          Kind.FAILED, "The keys cannot be written to " + file + ": " + e.getMessage(), e);
    }
  }
}

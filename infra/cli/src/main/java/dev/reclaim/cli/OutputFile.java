package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files that people name for results; {@code -} is standard output. */
final class OutputFile {
  private static final Path STANDARD_OUTPUT = Path.of("-");

  private OutputFile() {}

  /**
   * Makes sure that the file can be written, before anything is done that it has to tell of.
   *
   * @param file null where none is wanted
   */
  static void require(@Nullable Path file) {
    if (file == null || file.equals(STANDARD_OUTPUT)) {
      return;
    }
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  static boolean isStandardOutput(Path file) {
    return file.equals(STANDARD_OUTPUT);
  }

  /** Writes one JSON document. */
  static void writeJson(Path file, Object result) {
    byte[] json = EventCodec.encode(result);
    if (file.equals(STANDARD_OUTPUT)) {
      System.out.println(new String(json, UTF_8));
      return;
    }
    try {
      Files.write(file, json);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** Writes the lines that are handed to the sink. */
  static void writeLines(Path file, Consumer<Consumer<String>> lines) {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      lines.accept(
          line -> {
            try {
              writer.write(line);
              writer.write('\n');
            } catch (IOException e) {
              throw unwritable(file, e);
            }
          });
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static UserException unwritable(Path file, IOException e) {
    return new UserException(
        Kind.FAILED,
        "%s cannot be written: %s. Name a file that can.".formatted(file, reason(e)),
        e);
  }

  /** Why, in words; some of the exceptions of {@code java.nio} say no more than which file. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such directory";
    }
    if (e instanceof AccessDeniedException) {
      return "this user may not";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "a file is in the way";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}

package dev.reclaim.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusive use of a data directory, held until closed or until the process ends, however it
 * ends.
 */
final class DirectoryLock implements AutoCloseable {
  private static final String FILE = ".lock";

  /**
   * What this process holds. The operating system's lock belongs to the process and is lost when
   * any of its channels to the file is closed, so a second one must not even be opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private final FileChannel channel;

  private DirectoryLock(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /** Creates the directory where it is missing. */
  static DirectoryLock take(Path dataDirectory) {
    Path directory = create(dataDirectory);
    if (!HELD.add(directory)) {
      throw inUse(directory, "this process");
    }
    try {
      return new DirectoryLock(directory, open(directory));
    } catch (RuntimeException e) {
      HELD.remove(directory);
      throw e;
    }
  }

  /** The directory's real path. */
  Path directory() {
    return directory;
  }

  private static Path create(Path directory) {
    try {
      return Files.createDirectories(directory).toRealPath();
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Cannot create the data directory %s (%s). Choose another, or let this user write there."
              .formatted(directory.toAbsolutePath(), e),
          e);
    }
  }

  private static FileChannel open(Path directory) {
    try {
      FileChannel channel =
          FileChannel.open(
              directory.resolve(FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw inUse(directory, "process " + read(channel));
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
        return channel;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Cannot write to the data directory %s (%s). Choose another, or let this user write there."
              .formatted(directory, e),
          e);
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(20);
    channel.read(buffer, 0);
    return StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
  }

  private static EmbeddedServerException inUse(Path directory, String holder) {
    return new EmbeddedServerException(
        "The data directory %s is in use by %s. Stop that one first, or choose another directory."
            .formatted(directory, holder));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EmbeddedServerException("Cannot release the data directory " + directory, e);
    } finally {
      HELD.remove(directory);
    }
  }
}

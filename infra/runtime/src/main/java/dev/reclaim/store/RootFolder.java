package dev.reclaim.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory that is the store, known by more than its path: once seen, another directory that
 * takes its place (a file system unmounted, or mounted over it) is not taken for it.
 */
final class RootFolder {
  private final Path path;
  private final String label;
  private @Nullable Object identity;

  RootFolder(Path path, String label) {
    this.path = path;
    this.label = label;
  }

  /**
   * Opens the directory that these names lead to.
   *
   * @throws NoSuchFileException there is none; likewise {@link NotDirectoryException}
   * @throws StoreUnavailableException the root itself is not there
   */
  Folder open(List<Path> names) throws IOException {
    Folder folder = open();
    for (Path name : names) {
      try (Folder outer = folder) {
        folder = enter(outer, name);
      }
    }
    return folder;
  }

  private static Folder enter(Folder outer, Path name) throws IOException {
    // Asked first, because entering a link fails in a way that cannot be told from a broken disk.
    if (!outer.attributes(name).isDirectory()) {
      throw new NotDirectoryException(name.toString());
    }
    return outer.enter(name);
  }

  private Folder open() throws IOException {
    Folder folder = openByPath();
    try {
      requireSame(folder.attributes().fileKey());
      return folder;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private Folder openByPath() throws IOException {
    try {
      return Folder.open(path);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw unavailable("is not there", e);
    }
  }

  private synchronized void requireSame(@Nullable Object current) {
    if (identity == null) {
      identity = current;
    }
    if (!Objects.equals(identity, current)) {
      throw unavailable("is not the directory it was: has a file system been (un)mounted?", null);
    }
  }

  StoreUnavailableException unavailable(String what, @Nullable Exception cause) {
    String detail = cause == null ? "" : " (" + cause + ")";
    return new StoreUnavailableException("%s: %s %s%s".formatted(label, path, what, detail), cause);
  }
}

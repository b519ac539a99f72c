package dev.reclaim.store;

import static java.util.stream.Collectors.groupingBy;

import dev.reclaim.settings.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory's regular files, at any depth. No symbolic link below it is followed or removed.
 * Folders that a deletion leaves empty go with it.
 *
 * <p>A root that is missing, or is no longer the directory it was, makes the store unavailable: its
 * files are not "gone".
 *
 * <p>Between the last look at a file and its removal there is a moment in which it can be replaced;
 * no file system offers better.
 */
final class DirectoryStore implements ObjectStore {
  private final String name;
  private final Path path;
  private final RootFolder root;
  private final EmptyFolders emptied;

  DirectoryStore(String name, Path directory) {
    this.name = name;
    this.path = directory.toAbsolutePath().normalize();
    this.root = new RootFolder(path, "Store " + name);
    this.emptied = new EmptyFolders(root);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void check() {
    if (!Files.isDirectory(path)) {
      throw unusable("is no directory: create it, or correct the path");
    }
    if (path.getParent() == null) {
      throw unusable("is a whole file system: name a directory in it");
    }
    if (!Files.isReadable(path) || !Files.isExecutable(path) || !Files.isWritable(path)) {
      throw unusable("may not be read and written by this user: change its owner or mode");
    }
    try {
      root.open(List.of()).close();
    } catch (IOException | StoreUnavailableException e) {
      throw unusable("cannot be read: " + e.getMessage());
    }
  }

  private UserException unusable(String why) {
    return new UserException(
        UserException.Kind.FAILED, "Store %s: %s %s.".formatted(name, path, why));
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    int nameStart = prefix.lastIndexOf('/') + 1;
    if (nameStart == 0) {
      list(List.of(), "", new FolderWalk(prefix, visitor));
      return;
    }
    // Nothing that is listed starts with a prefix which names no directory below the root.
    FilePath.of(prefix.substring(0, nameStart - 1))
        .ifPresent(
            folder ->
                list(
                    folder.steps(),
                    prefix.substring(0, nameStart),
                    new FolderWalk(prefix, visitor)));
  }

  private void list(List<Path> folderNames, String parent, FolderWalk walk) {
    try (Folder folder = root.open(folderNames)) {
      walk.visit(folder, parent);
    } catch (NoSuchFileException | NotDirectoryException e) {
      // No such directory, so no such files.
    } catch (IOException e) {
      throw root.unavailable("cannot be listed", e);
    } catch (DirectoryIteratorException e) {
      throw root.unavailable("cannot be listed", e.getCause());
    }
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    Map<String, StoredObject> found = new HashMap<>();
    byFolder(paths).forEach((folder, files) -> stat(folder, files, found));
    return found;
  }

  private void stat(List<Path> folderNames, List<FilePath> files, Map<String, StoredObject> found) {
    try (Folder folder = root.open(folderNames)) {
      for (FilePath file : files) {
        look(folder, file).ifPresent(object -> found.put(file.text(), object));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // No such directory, so no such files.
    } catch (IOException e) {
      throw root.unavailable("cannot be read", e);
    }
  }

  private static Optional<StoredObject> look(Folder folder, FilePath file) throws IOException {
    try {
      return Optional.of(folder.attributes(file.name()))
          .filter(BasicFileAttributes::isRegularFile)
          .map(attributes -> FileTag.seen(file.text(), attributes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public Map<String, Deletion> delete(List<StoredObject> objects) {
    Map<String, StoredObject> expected = Deletions.byPath(objects);
    Map<String, Deletion> results = new HashMap<>();
    byFolder(expected.keySet())
        .forEach(
            (folder, files) -> {
              delete(folder, files, expected, results);
              if (files.stream().anyMatch(file -> isDeleted(results.get(file.text())))) {
                emptied.after(folder);
              }
            });
    for (String each : expected.keySet()) {
      results.putIfAbsent(each, Deletion.denied("names no file of the store"));
    }
    return results;
  }

  private static boolean isDeleted(@Nullable Deletion deletion) {
    return deletion != null && deletion.result() == DeletionResult.DELETED;
  }

  private void delete(
      List<Path> folderNames,
      List<FilePath> files,
      Map<String, StoredObject> expected,
      Map<String, Deletion> results) {
    try (Folder folder = root.open(folderNames)) {
      for (FilePath file : files) {
        StoredObject object = Objects.requireNonNull(expected.get(file.text()));
        results.put(file.text(), delete(folder, file.name(), object.etag()));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      files.forEach(file -> results.put(file.text(), Deletion.MISSING));
    } catch (AccessDeniedException e) {
      files.forEach(
          file -> results.put(file.text(), Deletion.denied("no right to enter " + e.getFile())));
    } catch (IOException e) {
      throw new StoreUnavailableException(
          "Store %s: %s cannot be deleted from (%s)".formatted(name, path, e), e, results);
    } catch (StoreUnavailableException e) {
      throw new StoreUnavailableException(String.valueOf(e.getMessage()), e.getCause(), results);
    }
  }

  private static Deletion delete(Folder folder, Path file, String etag) throws IOException {
    try {
      BasicFileAttributes attributes = folder.attributes(file);
      if (!attributes.isRegularFile() || !FileTag.of(attributes).equals(etag)) {
        return Deletion.CHANGED;
      }
      folder.delete(file);
      return Deletion.DELETED;
    } catch (NoSuchFileException e) {
      return Deletion.MISSING;
    } catch (AccessDeniedException e) {
      return Deletion.denied("no right to delete in its directory");
    }
  }

  /** The paths that can name a file, by the directory they lie in, so that it is opened once. */
  private static Map<List<Path>, List<FilePath>> byFolder(Collection<String> paths) {
    return paths.stream()
        .distinct()
        .flatMap(each -> FilePath.of(each).stream())
        .collect(groupingBy(FilePath::folder));
  }

  @Override
  public StoreQuarantine quarantine() {
    return new DirectoryQuarantine(name, root, path);
  }

  @Override
  public void close() {
    // Nothing is held between calls.
  }
}

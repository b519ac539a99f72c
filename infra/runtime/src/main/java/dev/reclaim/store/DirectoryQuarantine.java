package dev.reclaim.store;

import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A directory's quarantine: files are renamed, so they keep their inode, times and rights, and a
 * file is at every moment in one place and not in two. The quarantine's own directory is closed to
 * all other users.
 *
 * <p>Between the last look at a place and the rename into it there is a moment in which somebody
 * can put another file there; the platform has no rename that minds.
 */
final class DirectoryQuarantine implements StoreQuarantine {

  private final String store;
  private final RootFolder root;
  private final Path path;
  private final QuarantineFolders folders;

  DirectoryQuarantine(String store, RootFolder root, Path path) {
    this.store = store;
    this.root = root;
    this.path = path;
    this.folders = new QuarantineFolders(root, path);
  }

  /** A name taken apart. */
  private record Kept(String name, Path run, Path file) {
    static Kept of(String name) {
      if (!QuarantineName.isName(name)) {
        throw new IllegalArgumentException("no name in a quarantine: " + name);
      }
      int slash = name.indexOf('/');
      return new Kept(name, Path.of(name.substring(0, slash)), Path.of(name.substring(slash + 1)));
    }

    List<Path> folder() {
      return List.of(QuarantineFolders.OWN, QuarantineFolders.QUARANTINE, run);
    }
  }

  private record Step(Move move, FilePath file, Kept kept) {}

  @Override
  public Map<String, Moved> keep(List<Move> moves) {
    Map<String, Moved> moved = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    for (Move move : moves) {
      FilePath.of(move.from().path())
          .ifPresentOrElse(
              file -> steps.add(new Step(move, file, Kept.of(move.to()))),
              () -> moved.put(move.from().path(), Moved.failed("names no file of the store")));
    }
    byRun(steps).forEach((run, its) -> keep(run, its, moved));
    return moved;
  }

  private void keep(List<Path> run, List<Step> steps, Map<String, Moved> moved) {
    try (Folder quarantine = folders.made(run)) {
      for (Map.Entry<List<Path>, List<Step>> each : byFolder(steps).entrySet()) {
        keep(each.getKey(), each.getValue(), quarantine, moved);
      }
      folders.sync(run);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private void keep(List<Path> names, List<Step> steps, Folder quarantine, Map<String, Moved> moved)
      throws IOException {
    try (Folder folder = root.open(names)) {
      for (Step step : steps) {
        moved.put(step.file().text(), keep(folder, step, quarantine));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      steps.forEach(step -> moved.putIfAbsent(step.file().text(), Moved.MISSING));
    } catch (AccessDeniedException e) {
      steps.forEach(step -> moved.putIfAbsent(step.file().text(), denied(e)));
    }
  }

  private static Moved keep(Folder folder, Step step, Folder quarantine) throws IOException {
    Path name = step.file().name();
    Path kept = step.kept().file();
    String etag = step.move().from().etag();
    if (!isThere(folder, name, etag)) {
      return there(folder, name).isPresent() ? Moved.CHANGED : Moved.MISSING;
    }
    if (there(quarantine, kept).isPresent()) {
      return Moved.failed("its name in the quarantine is taken");
    }
    Optional<Moved> obstacle = rename(folder, name, quarantine, kept);
    if (obstacle.isPresent()) {
      return obstacle.get();
    }
    if (isThere(quarantine, kept, etag)) {
      return Moved.to(FileTag.seen(step.kept().name(), quarantine.attributes(kept)));
    }
    return replacedMeanwhile(folder, name, quarantine, kept);
  }

  /** What was renamed is not what was looked at: it belongs where it was. */
  private static Moved replacedMeanwhile(Folder folder, Path name, Folder quarantine, Path kept)
      throws IOException {
    if (there(folder, name).isPresent()) {
      return Moved.failed("replaced twice at the last moment");
    }
    return rename(quarantine, kept, folder, name).orElse(Moved.CHANGED);
  }

  @Override
  public Map<String, Moved> putBack(List<Move> moves) {
    Map<String, Moved> moved = new HashMap<>();
    List<Step> steps = new ArrayList<>();
    for (Move move : moves) {
      Kept kept = Kept.of(move.from().path());
      FilePath.of(move.to())
          .ifPresentOrElse(
              file -> steps.add(new Step(move, file, kept)),
              () -> moved.put(kept.name(), Moved.failed("its path names no file of the store")));
    }
    byRun(steps).forEach((run, its) -> putBack(run, its, moved));
    return moved;
  }

  private void putBack(List<Path> run, List<Step> steps, Map<String, Moved> moved) {
    try (Folder quarantine = root.open(run)) {
      for (Map.Entry<List<Path>, List<Step>> each : byFolder(steps).entrySet()) {
        putBack(each.getKey(), each.getValue(), quarantine, moved);
      }
      folders.sync(run);
    } catch (NoSuchFileException | NotDirectoryException e) {
      steps.forEach(step -> moved.putIfAbsent(step.kept().name(), Moved.MISSING));
    } catch (IOException e) {
      throw unavailable(e);
    }
    tidy(run);
  }

  private void putBack(
      List<Path> names, List<Step> steps, Folder quarantine, Map<String, Moved> moved)
      throws IOException {
    try (Folder folder = folders.made(names)) {
      for (Step step : steps) {
        moved.put(step.kept().name(), putBack(quarantine, step, folder));
      }
    } catch (FileAlreadyExistsException | NotDirectoryException e) {
      steps.forEach(step -> moved.putIfAbsent(step.kept().name(), Moved.OCCUPIED));
    } catch (AccessDeniedException e) {
      steps.forEach(step -> moved.putIfAbsent(step.kept().name(), denied(e)));
    }
  }

  private static Moved putBack(Folder quarantine, Step step, Folder folder) throws IOException {
    Path kept = step.kept().file();
    Path name = step.file().name();
    String etag = step.move().from().etag();
    Optional<BasicFileAttributes> before = there(quarantine, kept);
    if (before.isEmpty()) {
      return Moved.MISSING;
    }
    if (!isThere(quarantine, kept, etag)) {
      return Moved.CHANGED;
    }
    if (there(folder, name).isPresent()) {
      return Moved.OCCUPIED;
    }
    return rename(quarantine, kept, folder, name)
        .orElse(Moved.to(FileTag.seen(step.file().text(), before.get())));
  }

  /** What stood in the way; empty where nothing did. */
  private static Optional<Moved> rename(Folder from, Path name, Folder to, Path newName)
      throws IOException {
    try {
      from.move(name, to, newName);
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.of(Moved.MISSING);
    } catch (AccessDeniedException e) {
      return Optional.of(denied(e));
    } catch (AtomicMoveNotSupportedException e) {
      return Optional.of(Moved.failed("it lies on another file system than the quarantine"));
    }
  }

  private static Moved denied(AccessDeniedException e) {
    return Moved.failed("no right to move it: " + e.getFile());
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> names) {
    Map<String, StoredObject> found = new HashMap<>();
    names.stream()
        .distinct()
        .map(Kept::of)
        .collect(groupingBy(Kept::folder))
        .forEach((run, its) -> stat(run, its, found));
    return found;
  }

  private void stat(List<Path> run, List<Kept> names, Map<String, StoredObject> found) {
    try (Folder quarantine = root.open(run)) {
      for (Kept kept : names) {
        there(quarantine, kept.file())
            .filter(BasicFileAttributes::isRegularFile)
            .ifPresent(its -> found.put(kept.name(), FileTag.seen(kept.name(), its)));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // No such directory, so no such files.
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public Map<String, Deletion> remove(List<StoredObject> kept) {
    Map<String, StoredObject> expected = Deletions.byPath(kept);
    Map<String, Deletion> results = new HashMap<>();
    expected.keySet().stream()
        .map(Kept::of)
        .collect(groupingBy(Kept::folder))
        .forEach((run, its) -> remove(run, its, expected, results));
    return results;
  }

  private void remove(
      List<Path> run,
      List<Kept> names,
      Map<String, StoredObject> expected,
      Map<String, Deletion> results) {
    try (Folder quarantine = root.open(run)) {
      for (Kept kept : names) {
        String etag = Optional.ofNullable(expected.get(kept.name())).orElseThrow().etag();
        results.put(kept.name(), remove(quarantine, kept.file(), etag));
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      names.forEach(kept -> results.putIfAbsent(kept.name(), Deletion.MISSING));
    } catch (IOException e) {
      throw unavailable(e);
    }
    tidy(run);
  }

  private static Deletion remove(Folder quarantine, Path file, String etag) throws IOException {
    if (!isThere(quarantine, file, etag)) {
      return there(quarantine, file).isPresent() ? Deletion.CHANGED : Deletion.MISSING;
    }
    try {
      quarantine.delete(file);
      return Deletion.DELETED;
    } catch (NoSuchFileException e) {
      return Deletion.MISSING;
    } catch (AccessDeniedException e) {
      return Deletion.denied("no right to delete in the quarantine");
    }
  }

  private static boolean isThere(Folder folder, Path name, String etag) throws IOException {
    return there(folder, name)
        .filter(its -> its.isRegularFile() && FileTag.of(its).equals(etag))
        .isPresent();
  }

  private static Optional<BasicFileAttributes> there(Folder folder, Path name) throws IOException {
    try {
      return Optional.of(folder.attributes(name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Map<List<Path>, List<Step>> byRun(List<Step> steps) {
    return steps.stream().collect(groupingBy(step -> step.kept().folder()));
  }

  private static Map<List<Path>, List<Step>> byFolder(List<Step> steps) {
    return steps.stream().collect(groupingBy(step -> step.file().folder()));
  }

  private void tidy(List<Path> run) {
    try {
      folders.tidy(run);
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private StoreUnavailableException unavailable(IOException e) {
    return new StoreUnavailableException(
        "Store %s: the quarantine of %s cannot be worked with (%s)".formatted(store, path, e), e);
  }
}

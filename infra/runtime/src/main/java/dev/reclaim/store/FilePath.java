package dev.reclaim.store;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path taken apart for the file system.
 *
 * @param text as the store's users write it
 * @param folder the names of the directories that lead to it from the root
 * @param name its own
 */
record FilePath(String text, List<Path> folder, Path name) {

  /** Empty for a text that names no file below the root, or none this platform could have. */
  static Optional<FilePath> of(String text) {
    List<String> names = StorePaths.names(text);
    List<Path> steps = new ArrayList<>(names.size());
    names.forEach(each -> name(each).ifPresent(steps::add));
    if (names.isEmpty() || steps.size() < names.size()) {
      return Optional.empty();
    }
    int last = steps.size() - 1;
    return Optional.of(new FilePath(text, List.copyOf(steps.subList(0, last)), steps.get(last)));
  }

  /** All names from the root, its own the last. */
  List<Path> steps() {
    List<Path> steps = new ArrayList<>(folder);
    steps.add(name);
    return steps;
  }

  /** Whether the name comes back from text as it was: names in another encoding do not. */
  static boolean isText(Path name) {
    return name(name.toString()).filter(name::equals).isPresent();
  }

  private static Optional<Path> name(String text) {
    try {
      Path name = Path.of(text);
      boolean single = name.getNameCount() == 1 && !name.isAbsolute();
      return single && name.toString().equals(text) ? Optional.of(name) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}

package dev.reclaim.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Takes away folders that a deletion has left empty, and those around them that become empty by it.
 * The root stays, and so does a folder that was empty before: somebody may want it so. The file
 * system itself refuses to remove one that anything is in.
 */
record EmptyFolders(RootFolder root) {

  /**
   * Looks at a folder out of which files were deleted.
   *
   * @param names of the directories that lead to it from the root; none for the root itself
   */
  void after(List<Path> names) {
    for (int depth = names.size(); depth > 0; depth--) {
      if (!removed(names.subList(0, depth - 1), names.get(depth - 1))) {
        return;
      }
    }
  }

  /** An empty folder that stays is no failure: its files are gone, and they are what counts. */
  private boolean removed(List<Path> parent, Path name) {
    try (Folder folder = root.open(parent)) {
      folder.deleteFolder(name);
      return true;
    } catch (IOException | StoreUnavailableException e) {
      return false;
    }
  }
}

package dev.reclaim.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.function.Consumer;

/** A listing on its way through the directories; one directory a level is held open. */
record FolderWalk(String prefix, Consumer<StoredObject> visitor) {

  /**
   * Shows the files of the folder and below whose path starts with the prefix.
   *
   * @param parent the folder's path with a slash at its end; empty for the root
   */
  void visit(Folder folder, String parent) throws IOException {
    for (Iterator<Path> entries = folder.entries(); entries.hasNext(); ) {
      Path name = entries.next().getFileName();
      String path = parent + name;
      if (path.startsWith(prefix) && !path.equals(StorePaths.OWN) && FilePath.isText(name)) {
        visitEntry(folder, name, path);
      }
    }
  }

  private void visitEntry(Folder folder, Path name, String path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = folder.attributes(name);
    } catch (NoSuchFileException e) {
      return;
    }
    if (attributes.isDirectory()) {
      visitFolder(folder, name, path + "/");
    } else if (attributes.isRegularFile()) {
      visitor.accept(FileTag.seen(path, attributes));
    }
  }

  private void visitFolder(Folder parent, Path name, String path) throws IOException {
    try (Folder folder = parent.enter(name)) {
      visit(folder, path);
    } catch (NoSuchFileException | NotDirectoryException e) {
      // It went away while we looked: so did its files.
    }
  }
}

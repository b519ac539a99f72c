package dev.reclaim.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The folders that a directory's quarantine makes, and takes away again. */
record QuarantineFolders(RootFolder root, Path path) {
  static final Path OWN = Path.of(StorePaths.OWN);
  static final Path QUARANTINE = Path.of("quarantine");

  /** The folder of these names, made where it is missing. */
  Folder made(List<Path> names) throws IOException {
    try {
      return root.open(names);
    } catch (NoSuchFileException e) {
      Path made = path;
      for (int i = 0; i < names.size(); i++) {
        made = made.resolve(names.get(i));
        make(made, names.get(i).equals(OWN) && i == 0);
        root.open(names.subList(0, i + 1)).close();
      }
      return root.open(names);
    }
  }

  private static void make(Path directory, boolean ours) throws IOException {
    try {
      if (ours && directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(directory);
      }
    } catch (FileAlreadyExistsException e) {
      // A directory, or opening it says what it is instead.
    }
  }

  /** A rename is on the disk when one of its two directories is. */
  void sync(List<Path> names) throws IOException {
    Path directory = path;
    for (Path name : names) {
      directory = directory.resolve(name);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The folder of a run goes with the last of its files. */
  void tidy(List<Path> run) throws IOException {
    try (Folder quarantine = root.open(run.subList(0, 2))) {
      quarantine.deleteFolder(run.get(2));
    } catch (DirectoryNotEmptyException | NoSuchFileException | NotDirectoryException e) {
      // It has files still, or none ever.
    }
  }
}

package dev.reclaim.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;

/**
 * A directory held open. What is asked of it is asked of this very directory, wherever a symbolic
 * link put in its way meanwhile would lead. No link in it is followed.
 */
interface Folder extends AutoCloseable {

  /** Opens a directory by its path; here alone links are followed: the operator wrote it. */
  @SuppressWarnings("StreamResourceLeak") // the folder closes it
  static Folder open(Path directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new Held(secure);
    }
    return new Named(directory, stream);
  }

  /** The paths of its entries; only their last names matter. May be asked for once. */
  Iterator<Path> entries();

  /** Attributes of this directory. */
  BasicFileAttributes attributes() throws IOException;

  /** Attributes of the entry of this name; of a link itself. */
  BasicFileAttributes attributes(Path name) throws IOException;

  /** Opens the directory of this name. */
  Folder enter(Path name) throws IOException;

  /** Removes the file of this name. */
  void delete(Path name) throws IOException;

  /** Moves the file of this name into another folder, over whatever has the new name there. */
  void move(Path name, Folder to, Path newName) throws IOException;

  /** Removes the directory of this name; fails where it is not empty, or no directory. */
  void deleteFolder(Path name) throws IOException;

  @Override
  void close() throws IOException;

  /** Where the platform opens relative to an open directory: Linux and most other Unixes. */
  record Held(SecureDirectoryStream<Path> stream) implements Folder {
    @Override
    public Iterator<Path> entries() {
      return stream.iterator();
    }

    @Override
    public BasicFileAttributes attributes() throws IOException {
      return stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
    }

    @Override
    public BasicFileAttributes attributes(Path name) throws IOException {
      return stream
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    }

    @Override
    public Folder enter(Path name) throws IOException {
      return new Held(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public void delete(Path name) throws IOException {
      stream.deleteFile(name);
    }

    @Override
    public void move(Path name, Folder to, Path newName) throws IOException {
      stream.move(name, ((Held) to).stream, newName);
    }

    @Override
    public void deleteFolder(Path name) throws IOException {
      stream.deleteDirectory(name);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /** Elsewhere: by path, with a look at each step and a moment between look and step. */
  record Named(Path directory, DirectoryStream<Path> stream) implements Folder {
    @Override
    public Iterator<Path> entries() {
      return stream.iterator();
    }

    @Override
    public BasicFileAttributes attributes() throws IOException {
      return Files.readAttributes(directory, BasicFileAttributes.class);
    }

    @Override
    public BasicFileAttributes attributes(Path name) throws IOException {
      return Files.readAttributes(
          directory.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    @SuppressWarnings("StreamResourceLeak") // the folder closes it
    public Folder enter(Path name) throws IOException {
      Path entered = directory.resolve(name);
      if (!attributes(name).isDirectory()) {
        throw new NotDirectoryException(entered.toString());
      }
      return new Named(entered, Files.newDirectoryStream(entered));
    }

    @Override
    public void delete(Path name) throws IOException {
      Files.delete(directory.resolve(name));
    }

    @Override
    public void move(Path name, Folder to, Path newName) throws IOException {
      Files.move(
          directory.resolve(name),
          ((Named) to).directory.resolve(newName),
          StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void deleteFolder(Path name) throws IOException {
      if (!attributes(name).isDirectory()) {
        throw new NotDirectoryException(directory.resolve(name).toString());
      }
      Files.delete(directory.resolve(name));
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}

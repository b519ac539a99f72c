package dev.reclaim.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs, unpacked once for all processes of this machine from the archive on the
 * class path.
 *
 * <p>The directory is named by the archive's digest: another version unpacks beside it, and what
 * stands under the name is whole, because it was moved there when it was.
 */
final class PostgresBinaries {
  private final Path directory;

  private PostgresBinaries(Path directory) {
    this.directory = directory;
  }

  Path program(String name) {
    return directory.resolve("bin").resolve(name);
  }

  /** Programs that are installed, like those in {@code /usr/lib/postgresql/15}. */
  static PostgresBinaries installedIn(Path directory) {
    PostgresBinaries binaries = new PostgresBinaries(directory.toAbsolutePath());
    if (!Files.isExecutable(binaries.program("postgres"))) {
      throw new EmbeddedServerException(
          "There is no PostgreSQL in %s: name the directory that has bin/postgres."
              .formatted(directory));
    }
    return binaries;
  }

  /** Takes some three seconds the first time, and next to none later. */
  static PostgresBinaries unpackedIn(Path cache) {
    URL archive = archive();
    Path directory = cache.resolve("postgresql-" + digest(archive));
    if (!Files.isDirectory(directory)) {
      try {
        Files.createDirectories(cache);
        Path unpacking = Files.createTempDirectory(cache, "unpacking-");
        unpack(archive, unpacking);
        publish(unpacking, directory);
      } catch (IOException e) {
        throw new EmbeddedServerException(
            "Cannot unpack PostgreSQL to %s (%s). Name a directory that can be written to, on a disk with 100 MB to spare, with -D%s=<directory>."
                .formatted(cache, e, PostgresUser.CACHE_PROPERTY),
            e);
      }
    }
    return new PostgresBinaries(directory);
  }

  private static URL archive() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String name =
        "postgres-%s-%s.txz"
            .formatted(
                system.startsWith("mac") ? "darwin" : system,
                switch (machine) {
                  case "amd64" -> "x86_64";
                  case "aarch64" -> "arm_64";
                  default -> machine;
                });
    URL archive = PostgresBinaries.class.getClassLoader().getResource(name);
    if (archive == null) {
      throw new EmbeddedServerException(
          "No embedded PostgreSQL for %s on %s: %s is not on the class path. Name a PostgreSQL server of your own instead."
              .formatted(system, machine, name));
    }
    return archive;
  }

  private static String digest(URL archive) {
    try (DigestInputStream in =
        new DigestInputStream(archive.openStream(), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new EmbeddedServerException("Cannot read " + archive, e);
    }
  }

  private static void unpack(URL archive, Path target) throws IOException {
    // Readable to the user PostgreSQL runs as, who need not be the one who unpacks.
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (InputStream in = new BufferedInputStream(archive.openStream());
        TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, target);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("The archive reaches out of its directory: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(path.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    boolean executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  /** Another process may have been quicker: then its copy stays, as good as this one. */
  private static void publish(Path unpacked, Path directory) throws IOException {
    try {
      Files.move(unpacked, directory, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(directory)) {
        throw e;
      }
      delete(unpacked);
    }
  }

  static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}

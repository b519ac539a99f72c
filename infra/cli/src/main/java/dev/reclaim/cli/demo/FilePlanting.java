package dev.reclaim.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;

/** Writes the files that a planting script listed, each as old as the script says. */
final class FilePlanting {
  private static final byte[] FILLING =
      "what nobody needs any more ".repeat(400).getBytes(StandardCharsets.US_ASCII);

  private final SampleServers servers;

  FilePlanting(SampleServers servers) {
    this.servers = servers;
  }

  void plant(Connection connection) throws SQLException, IOException {
    try (Statement statement = connection.createStatement();
        ResultSet files =
            statement.executeQuery("SELECT store, path, bytes, modified FROM planted_file")) {
      while (files.next()) {
        write(
            SampleStore.named(files.getString("store")),
            files.getString("path"),
            Arrays.copyOf(FILLING, files.getInt("bytes")),
            files.getObject("modified", OffsetDateTime.class).toInstant());
      }
    }
  }

  /** An S3 client cannot backdate what it puts, so objects are planted behind the server's back. */
  private void write(SampleStore store, String path, byte[] content, Instant modified)
      throws IOException {
    if (store.isBucket()) {
      servers.s3().plant(store.storeName(), path, content, modified);
      return;
    }
    Path file = servers.directoryOf(store).resolve(path);
    Path directory = file.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }
}

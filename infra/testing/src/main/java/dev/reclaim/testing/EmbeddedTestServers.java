package dev.reclaim.testing;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.embedded.EmbeddedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The embedded servers in a temporary directory that goes with them. */
record EmbeddedTestServers(Path directory, EmbeddedServers servers) implements RunningServers {
  static EmbeddedTestServers start() {
    try {
      Path directory = Files.createTempDirectory("reclaim-tests-");
      try {
        return new EmbeddedTestServers(directory, EmbeddedServers.start(directory));
      } catch (RuntimeException e) {
        delete(directory);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String kafkaBootstrap() {
    return servers.kafka().bootstrapServers();
  }

  @Override
  public TestDatabase newDatabase() {
    EmbeddedPostgres postgres = servers.postgres();
    String name = UniqueName.next();
    postgres.createDatabase(name);
    return new TestDatabase(postgres.jdbcUrl(name), postgres.user(), postgres.password());
  }

  @Override
  public TestBucket newBucket() {
    EmbeddedS3 s3 = servers.s3();
    String name = UniqueName.next();
    s3.createBucket(name);
    return new TestBucket(
        s3.endpoint(), s3.region(), s3.accessKey(), s3.secretKey(), name, s3::plant, s3::keys);
  }

  @Override
  public void close() {
    servers.close();
    try {
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(directory)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}

package dev.reclaim.bench.objects;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What has to go in each turn: small objects in several buckets, and small files in folders.
 *
 * @param objects in all buckets together
 * @param files in all folders together
 */
record Ware(EmbeddedS3 server, Path directory, int objects, int files) {
  private static final int BUCKETS = 10;
  private static final int FILES_PER_FOLDER = 1_000;
  private static final byte[] CONTENT = "some hundred bytes of a picture".repeat(4).getBytes(UTF_8);

  /** Old enough for any policy, and no turn's content is that of another. */
  private static Instant modified(int turn) {
    return Instant.now().minus(Duration.ofDays(60)).plusSeconds(60L * turn);
  }

  List<String> buckets() {
    return IntStream.range(0, BUCKETS).mapToObj(i -> "bench-" + i).toList();
  }

  int objectsPerBucket() {
    return objects / BUCKETS;
  }

  void plantObjects(int turn) {
    for (String bucket : buckets()) {
      plantObjects(bucket, objectsPerBucket(), turn);
    }
  }

  void plantObjects(String bucket, int many, int turn) {
    server.createBucket(bucket);
    for (int i = 0; i < many; i++) {
      server.plant(bucket, "renders/%02d/%06d.png".formatted(i / 500, i), CONTENT, modified(turn));
    }
  }

  /** Fails where a contender left something. */
  void requireNoObjects() {
    long left = buckets().stream().mapToLong(bucket -> server.keys(bucket).size()).sum();
    if (left > 0) {
      throw new IllegalStateException(left + " objects are left");
    }
  }

  void plantFiles(int turn) throws IOException {
    FileTime modified = FileTime.from(modified(turn));
    for (int i = 0; i < files; i++) {
      Path folder = directory.resolve("folder-" + i / FILES_PER_FOLDER);
      if (i % FILES_PER_FOLDER == 0) {
        Files.createDirectories(folder);
      }
      Path file = folder.resolve("file-%06d.tmp".formatted(i));
      Files.write(file, CONTENT);
      Files.setLastModifiedTime(file, modified);
    }
  }

  void requireNoFiles() throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      long left = walk.filter(Files::isRegularFile).count();
      if (left > 0) {
        throw new IllegalStateException(left + " files are left");
      }
    }
  }
}

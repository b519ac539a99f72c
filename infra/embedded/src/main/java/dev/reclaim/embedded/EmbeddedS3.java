package dev.reclaim.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 store inside this JVM over a directory: each bucket a directory, each object a file.
 *
 * <p>It checks signatures (version 4), understands conditional requests and the limit of 1,000 keys
 * a request; it has no versioning. A listing reads the whole bucket for each page: fine up to some
 * ten thousand objects.
 */
public final class EmbeddedS3 implements AutoCloseable {
  public static final String REGION = "us-east-1";

  /** Where the backend keeps an object's ETag: 16 raw bytes, of the content's MD5. */
  private static final String ETAG_ATTRIBUTE = "user.content-md5";

  /** Without waiting: idle connections that clients keep would hold up the end. */
  private static final long STOP_TIMEOUT_MS = 0;

  private final DirectoryLock lock;
  private final S3Proxy proxy;
  private final Path buckets;

  private EmbeddedS3(DirectoryLock lock, S3Proxy proxy, Path buckets) {
    this.lock = lock;
    this.proxy = proxy;
    this.buckets = buckets;
  }

  /** Starts a store on the data of the directory, or an empty one if there is none. */
  public static EmbeddedS3 start(Path dataDirectory) {
    DirectoryLock lock = DirectoryLock.take(dataDirectory);
    try {
      Path buckets = Files.createDirectories(lock.directory().resolve("buckets"));
      requireAttributes(lock.directory());
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new FilesystemNio2BlobStore(buckets.toString()))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, "reclaim", "reclaim-secret")
              .ignoreUnknownHeaders(true)
              .stopTimeout(STOP_TIMEOUT_MS)
              .build();
      proxy.start();
      return new EmbeddedS3(lock, proxy, buckets);
    } catch (EmbeddedServerException e) {
      lock.close();
      throw e;
    } catch (Exception e) {
      lock.close();
      throw new EmbeddedServerException(
          "The S3 store did not start on %s: %s".formatted(lock.directory(), e), e);
    }
  }

  private static void requireAttributes(Path directory) throws IOException {
    Path probe = Files.createTempFile(directory, "attributes", ".probe");
    try {
      writeETag(probe, new byte[16]);
    } catch (IOException | UnsupportedOperationException e) {
      FileStore fileStore = Files.getFileStore(directory);
      throw new EmbeddedServerException(
          "The file system of %s (%s) keeps no extended attributes, so objects would have no ETag. Choose a data directory on another one."
              .formatted(directory, fileStore.type()),
          e);
    } finally {
      Files.delete(probe);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  public String region() {
    return REGION;
  }

  public String accessKey() {
    return "reclaim";
  }

  public String secretKey() {
    return "reclaim-secret";
  }

  /** Where the bucket's objects lie as files, by their keys. */
  public Path bucketDirectory(String bucket) {
    return buckets.resolve(bucket);
  }

  /** Creates the bucket unless it is there; its name has three characters or more. */
  public void createBucket(String bucket) {
    try {
      Files.createDirectories(bucketDirectory(bucket));
    } catch (IOException e) {
      throw new EmbeddedServerException("Cannot create the bucket " + bucket, e);
    }
  }

  /**
   * Puts an object behind the server's back, with an age of its own choice: what no client can do.
   * It appears at once and whole, and replaces what was there.
   *
   * @param modified shown to the second, as everything the store says of time
   * @return the ETag, in quotes as in every answer of S3
   */
  public String plant(String bucket, String key, byte[] content, Instant modified) {
    Path file = bucketDirectory(bucket).resolve(key);
    // Outside of any bucket, so that no listing sees it half made.
    Path making = lock.directory().resolve("planting-" + Thread.currentThread().getId());
    byte[] md5 = md5(content);
    try {
      Files.createDirectories(file.getParent());
      Files.write(making, content);
      writeETag(making, md5);
      Files.setLastModifiedTime(making, FileTime.from(modified));
      Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new EmbeddedServerException("Cannot put %s into %s".formatted(key, bucket), e);
    }
    return '"' + HexFormat.of().formatHex(md5) + '"';
  }

  /** The keys of a bucket's objects, as they lie on the disk. */
  public Set<String> keys(String bucket) {
    Path directory = bucketDirectory(bucket);
    try (Stream<Path> walk = Files.walk(directory)) {
      return walk.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new EmbeddedServerException("Cannot look into " + bucket, e);
    }
  }

  private static void writeETag(Path file, byte[] md5) throws IOException {
    UserDefinedFileAttributeView attributes =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    if (attributes == null) {
      throw new UnsupportedOperationException("no extended attributes");
    }
    attributes.write(ETAG_ATTRIBUTE, ByteBuffer.wrap(md5));
  }

  private static byte[] md5(byte[] content) {
    try {
      return MessageDigest.getInstance("MD5").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }

  @Override
  public void close() {
    try (lock) {
      proxy.stop();
    } catch (Exception e) {
      throw new EmbeddedServerException("The S3 store did not stop: " + e, e);
    }
  }
}

package dev.reclaim.embedded;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.AbstractNio2BlobStore;

/**
 * An S3 store inside this JVM over a directory, whose buckets can keep versions, which {@link
 * EmbeddedS3} cannot; the directory is of no use to anybody else. What it holds is as old as the
 * write that brought it.
 */
public final class EmbeddedVersionedS3 implements AutoCloseable {
  /** Without waiting: idle connections that clients keep would hold up the end. */
  private static final long STOP_TIMEOUT_MS = 0;

  private final S3Proxy proxy;

  private EmbeddedVersionedS3(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /** Starts a store on an empty directory of its own. */
  public static EmbeddedVersionedS3 start(Path directory) {
    try {
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new VersionedFiles(directory))
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, "reclaim", "reclaim-secret")
              .ignoreUnknownHeaders(true)
              .stopTimeout(STOP_TIMEOUT_MS)
              .build();
      proxy.start();
      return new EmbeddedVersionedS3(proxy);
    } catch (Exception e) {
      throw new EmbeddedServerException("The S3 store with versions did not start: " + e, e);
    }
  }

  /** What keeps versions in memory would do so on disk as well, but is not asked to. */
  private static final class VersionedFiles extends AbstractNio2BlobStore {
    VersionedFiles(Path directory) {
      super(directory);
    }

    @Override
    public boolean supportsVersioning() {
      return true;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + proxy.getPort());
  }

  public String region() {
    return EmbeddedS3.REGION;
  }

  public String accessKey() {
    return "reclaim";
  }

  public String secretKey() {
    return "reclaim-secret";
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new EmbeddedServerException("The S3 store with versions did not stop: " + e, e);
    }
  }
}

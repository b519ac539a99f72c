package dev.reclaim.embedded;

import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * An S3 store inside this JVM's memory whose buckets can keep versions, which {@link EmbeddedS3}
 * cannot. What it holds is as old as the write that brought it, and gone when it closes.
 */
public final class EmbeddedVersionedS3 implements AutoCloseable {
  /** Without waiting: idle connections that clients keep would hold up the end. */
  private static final long STOP_TIMEOUT_MS = 0;

  private final S3Proxy proxy;

  private EmbeddedVersionedS3(S3Proxy proxy) {
    this.proxy = proxy;
  }

  /** Starts a store without buckets. */
  public static EmbeddedVersionedS3 start() {
    try {
      S3Proxy proxy =
          S3Proxy.builder()
              .blobStore(new TransientNio2BlobStore())
              .endpoint(URI.create("http://127.0.0.1:0"))
              .awsAuthentication(AuthenticationType.AWS_V4, "reclaim", "reclaim-secret")
              .ignoreUnknownHeaders(true)
              .stopTimeout(STOP_TIMEOUT_MS)
              .build();
      proxy.start();
      return new EmbeddedVersionedS3(proxy);
    } catch (Exception e) {
      throw new EmbeddedServerException("The S3 store in memory did not start: " + e, e);
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
      throw new EmbeddedServerException("The S3 store in memory did not stop: " + e, e);
    }
  }
}

package dev.reclaim.testing;

import java.net.URI;
import java.time.Instant;

/** How to reach a bucket made for one test; it wants path-style requests. */
public record TestBucket(
    URI endpoint, String region, String accessKey, String secretKey, String name, Planter planter) {

  /** Makes objects of any age, which a client of S3 cannot. */
  @FunctionalInterface
  public interface Planter {
    String plant(String bucket, String key, byte[] content, Instant modified);
  }

  /**
   * Makes an object of the age given and returns its ETag, in quotes. Skips the test where the
   * store is not an embedded one.
   */
  public String plant(String key, byte[] content, Instant modified) {
    return planter.plant(name, key, content, modified);
  }
}

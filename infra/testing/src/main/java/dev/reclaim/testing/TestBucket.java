package dev.reclaim.testing;

import java.net.URI;
import java.time.Instant;
import java.util.Set;

/** How to reach a bucket made for one test; it wants path-style requests. */
public record TestBucket(
    URI endpoint,
    String region,
    String accessKey,
    String secretKey,
    String name,
    Planter planter,
    Viewer viewer) {

  /** Makes objects of any age, which a client of S3 cannot. */
  @FunctionalInterface
  public interface Planter {
    String plant(String bucket, String key, byte[] content, Instant modified);
  }

  /** Sees a bucket without a client of S3, which would share the product's. */
  @FunctionalInterface
  public interface Viewer {
    Set<String> keys(String bucket);
  }

  /** The keys of its objects. Skips the test where the store is not an embedded one. */
  public Set<String> keys() {
    return viewer.keys(name);
  }

  /**
   * Makes an object of the age given and returns its ETag, in quotes. Skips the test where the
   * store is not an embedded one.
   */
  public String plant(String key, byte[] content, Instant modified) {
    return planter.plant(name, key, content, modified);
  }
}

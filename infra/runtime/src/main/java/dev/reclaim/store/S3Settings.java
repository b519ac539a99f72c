package dev.reclaim.store;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bucket.
 *
 * @param endpoint of a server other than Amazon's
 * @param pathStyle whether the bucket goes into the path instead of the host's name
 * @param accessKey with {@code secretKey}, or neither: then credentials are found as the AWS tools
 *     find them (environment, profile, instance)
 * @param publicUrls see {@link StoreSettings#publicUrls}
 * @param inventory is read in place of listing the bucket; null to list it
 * @param deletes how files go where the bucket keeps versions; absent for what fits
 */
public record S3Settings(
    String bucket,
    @Nullable URI endpoint,
    String region,
    boolean pathStyle,
    @Nullable String accessKey,
    @Nullable String secretKey,
    List<String> publicUrls,
    @Nullable InventorySettings inventory,
    @Nullable Deletes deletes)
    implements StoreSettings {

  public S3Settings {
    if (bucket.isBlank()) {
      throw new IllegalArgumentException("the name of the bucket is empty");
    }
    if ((accessKey == null) != (secretKey == null)) {
      throw new IllegalArgumentException("accessKey and secretKey belong together: one is missing");
    }
    if (endpoint != null && endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "not an endpoint like https://s3.example.org: " + endpoint);
    }
    publicUrls = List.copyOf(publicUrls);
  }

  /** A bucket that is listed, and whose files go as fits it. */
  public S3Settings(
      String bucket,
      @Nullable URI endpoint,
      String region,
      boolean pathStyle,
      @Nullable String accessKey,
      @Nullable String secretKey,
      List<String> publicUrls) {
    this(bucket, endpoint, region, pathStyle, accessKey, secretKey, publicUrls, null, null);
  }

  /** The same bucket, whose files go otherwise. */
  public S3Settings deleting(Deletes otherwise) {
    return new S3Settings(
        bucket,
        endpoint,
        region,
        pathStyle,
        accessKey,
        secretKey,
        publicUrls,
        inventory,
        otherwise);
  }

  /** How a file goes from a bucket that keeps versions. */
  public enum Deletes {
    /** It is hidden behind a delete marker: to be taken back as long as its version is there. */
    MARKERS,
    /** Its current version goes for good. */
    VERSIONS
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "S3Settings[bucket=%s, endpoint=%s, region=%s, pathStyle=%s, accessKey=%s, publicUrls=%s]"
        .formatted(bucket, endpoint, region, pathStyle, accessKey, publicUrls);
  }
}

package dev.reclaim.cli.demo;

import dev.reclaim.embedded.EmbeddedS3;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A bucket as any S3 client sees it, to hold against what lies in its directory. */
final class BucketListing {
  private final EmbeddedS3 s3;

  BucketListing(EmbeddedS3 s3) {
    this.s3 = s3;
  }

  /**
   * Fails unless the bucket's objects are exactly these, by key and size: an account of files that
   * a client does not see, or of objects that are no files, would prove nothing.
   */
  void requireSame(String bucket, List<StoreListing.Listed> files) {
    Map<String, Long> onDisk = new HashMap<>();
    files.forEach(file -> onDisk.put(file.path(), file.bytes()));
    Map<String, Long> listed = objects(bucket);
    if (!listed.equals(onDisk)) {
      throw new IllegalStateException(
          "bucket %s: %d objects by S3, %d files in its directory, and they differ"
              .formatted(bucket, listed.size(), onDisk.size()));
    }
  }

  private Map<String, Long> objects(String bucket) {
    try (S3Client client = client()) {
      Map<String, Long> objects = new HashMap<>();
      client
          .listObjectsV2Paginator(request -> request.bucket(bucket))
          .contents()
          .forEach(object -> objects.put(object.key(), object.size()));
      return objects;
    }
  }

  private S3Client client() {
    return S3Client.builder()
        .endpointOverride(s3.endpoint())
        .region(Region.of(s3.region()))
        .forcePathStyle(true)
        .httpClientBuilder(Apache5HttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(s3.accessKey(), s3.secretKey())))
        .build();
  }
}

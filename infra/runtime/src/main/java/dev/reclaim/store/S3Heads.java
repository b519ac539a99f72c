package dev.reclaim.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Looks at many objects at once, with a bounded number of requests under way. */
final class S3Heads implements AutoCloseable {
  private final S3Client client;
  private final String bucket;
  private final Predicate<String> asked;
  private final ParallelRequests requests;

  S3Heads(S3Client client, String bucket, String threadName) {
    this(client, bucket, threadName, StorePaths::isFileKey);
  }

  /**
   * A look at other objects than the store's files.
   *
   * @param keys those that are asked for at all
   */
  S3Heads(S3Client client, String bucket, String threadName, Predicate<String> keys) {
    this.asked = keys;
    this.client = client;
    this.bucket = bucket;
    this.requests = new ParallelRequests(threadName, ParallelRequests.REQUESTS_MAX);
  }

  /** Those of the keys that are there; fails as a whole, with the first failure. */
  Map<String, HeadObjectResponse> look(Collection<String> keys) {
    List<String> distinct = keys.stream().distinct().filter(asked).toList();
    Map<String, HeadObjectResponse> found = new HashMap<>();
    requests
        .ask(distinct, this::look)
        .forEach((key, head) -> head.ifPresent(its -> found.put(key, its)));
    if (found.size() < distinct.size()) {
      requireBucket();
    }
    return found;
  }

  /** A missing object and a missing bucket are answered alike; the second is no "not there". */
  private void requireBucket() {
    try {
      client.headBucket(request -> request.bucket(bucket));
    } catch (NoSuchBucketException e) {
      throw new StoreUnavailableException("There is no bucket " + bucket, e);
    }
  }

  private Optional<HeadObjectResponse> look(String key) {
    try {
      return Optional.of(client.headObject(head -> head.bucket(bucket).key(key)));
    } catch (S3Exception e) {
      if (e.statusCode() == 404 || (isRefusal(e) && !isListed(key))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isRefusal(S3Exception failure) {
    return Set.of(400, 403, 500).contains(failure.statusCode());
  }

  /**
   * Servers that cannot have a key (with two slashes in a row, or below another object) refuse to
   * look at it or stumble, without a reason. A listing takes any key, and where we are really shut
   * out it fails, too.
   */
  private boolean isListed(String key) {
    return client
        .listObjectsV2(
            request -> request.bucket(bucket).prefix(key).encodingType(EncodingType.URL).maxKeys(1))
        .contents()
        .stream()
        .anyMatch(object -> object.key().equals(key));
  }

  @Override
  public void close() {
    requests.close();
  }
}

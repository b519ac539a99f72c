package dev.reclaim.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Copies inside one bucket, made by the server, several at a time. */
final class S3Copies implements AutoCloseable {
  /** More cannot be copied in one request. */
  private static final long COPY_BYTES_MAX = 5L << 30;

  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");

  private final S3Client client;
  private final String bucket;
  private final ParallelRequests requests;

  S3Copies(S3Client client, String bucket, String threadName) {
    this.client = client;
    this.bucket = bucket;
    this.requests = new ParallelRequests(threadName, ParallelRequests.REQUESTS_MAX);
  }

  /**
   * A copy to be made.
   *
   * @param from the object as it was seen; another is not copied
   * @param onlyIfFree whether the new key must not be taken: where the server honours it, that is
   *     sure, elsewhere look before
   */
  record Copy(StoredObject from, String to, boolean onlyIfFree) {}

  /** What became of each, by the key it was made from; fails as a whole, with the first failure. */
  Map<String, Moved> make(List<Copy> wanted) {
    Map<String, Moved> ends = new HashMap<>();
    requests.ask(wanted, this::make).forEach((copy, end) -> ends.put(copy.from().path(), end));
    return ends;
  }

  private Moved make(Copy copy) {
    if (copy.from().size() > COPY_BYTES_MAX) {
      return Moved.failed("larger than 5 GiB, which no server copies in one request");
    }
    try {
      return copied(copy, copy.onlyIfFree());
    } catch (S3Exception e) {
      return end(copy, e);
    }
  }

  private Moved copied(Copy copy, boolean onlyIfFree) {
    try {
      client.copyObject(request(copy, onlyIfFree));
      return Moved.to(copy.from());
    } catch (S3Exception e) {
      if (onlyIfFree && e.statusCode() == 501) {
        return copied(copy, false);
      }
      throw e;
    }
  }

  private CopyObjectRequest request(Copy copy, boolean onlyIfFree) {
    CopyObjectRequest.Builder request =
        CopyObjectRequest.builder()
            .sourceBucket(bucket)
            .sourceKey(copy.from().path())
            .copySourceIfMatch('"' + copy.from().etag() + '"')
            .destinationBucket(bucket)
            .destinationKey(copy.to());
    return onlyIfFree ? request.ifNoneMatch("*").build() : request.build();
  }

  private static Moved end(Copy copy, S3Exception failure) {
    if (failure instanceof NoSuchBucketException) {
      throw failure;
    }
    return switch (failure.statusCode()) {
      case 404 -> Moved.MISSING;
      case 412 -> copy.onlyIfFree() ? Moved.OCCUPIED : Moved.CHANGED;
      case 403 -> Moved.failed("the bucket's rights forbid to copy it");
      case 400 -> Moved.failed(S3Failure.code(failure));
      default -> throw failure;
    };
  }

  /** Whether an object has the very content of another, for sure. */
  static boolean same(StoredObject original, HeadObjectResponse other) {
    return other.contentLength() == original.size()
        && S3Store.unquoted(other.eTag()).equals(original.etag());
  }

  /**
   * Whether a copy that was just made is whole, as far as their tags tell: that of an upload in
   * parts, or of an object encrypted by a key, is not that of its copy.
   */
  static boolean whole(StoredObject original, HeadObjectResponse copy) {
    String etag = S3Store.unquoted(copy.eTag());
    boolean comparable =
        MD5.matcher(original.etag()).matches()
            && MD5.matcher(etag).matches()
            && (copy.serverSideEncryption() == null
                || copy.serverSideEncryption() == ServerSideEncryption.AES256)
            && copy.sseCustomerAlgorithm() == null;
    return copy.contentLength() == original.size() && (!comparable || etag.equals(original.etag()));
  }

  @Override
  public void close() {
    requests.close();
  }
}

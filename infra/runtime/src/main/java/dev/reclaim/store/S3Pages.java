package dev.reclaim.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** One listing of a bucket, page by page. */
final class S3Pages {
  private final S3Client client;
  private final String bucket;
  private final String place;
  private final String prefix;
  private final @Nullable String delimiter;
  private final PagesOnce once;
  private @Nullable String token;
  private boolean ended;

  /**
   * A listing that has not begun.
   *
   * @param delimiter what ends the name of a folder, which is shown in place of what is in it; null
   *     for everything
   */
  S3Pages(S3Client client, String bucket, String place, String prefix, @Nullable String delimiter) {
    this.client = client;
    this.bucket = bucket;
    this.place = place;
    this.prefix = prefix;
    this.delimiter = delimiter;
    this.once = new PagesOnce(place);
  }

  /**
   * What one request shows.
   *
   * @param folders prefixes with the delimiter at their end
   */
  record Page(List<S3Object> objects, List<String> folders) {}

  /**
   * The next page; empty after the last.
   *
   * @throws StoreUnavailableException the listing breaks off
   */
  Optional<Page> next() {
    if (ended) {
      return Optional.empty();
    }
    ListObjectsV2Response response = ask();
    turn(response);
    return Optional.of(
        new Page(
            once.unseen(response.contents()),
            response.commonPrefixes().stream().map(CommonPrefix::prefix).toList()));
  }

  private ListObjectsV2Response ask() {
    try {
      return client.listObjectsV2(
          request ->
              request
                  .bucket(bucket)
                  .prefix(prefix)
                  .delimiter(delimiter)
                  .encodingType(EncodingType.URL)
                  .continuationToken(token));
    } catch (SdkException e) {
      throw S3Failure.unavailable(place, e);
    }
  }

  private void turn(ListObjectsV2Response page) {
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      ended = true;
      return;
    }
    String next = page.nextContinuationToken();
    if (next == null || next.isEmpty() || next.equals(token)) {
      throw new StoreUnavailableException(place + ": the listing breaks off in the middle", null);
    }
    token = next;
  }
}

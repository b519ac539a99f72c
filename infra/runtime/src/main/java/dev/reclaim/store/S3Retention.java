package dev.reclaim.store;

import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;

/**
 * Tells why a version was not given up: buckets answer a legal hold, a retention and a missing
 * right alike.
 */
record S3Retention(S3Client client, String bucket) {

  /** What a denied deletion means. */
  Deletion refusal(LeftoverId id, String message) {
    return head(id)
        .flatMap(S3Retention::lock)
        .or(() -> said(message))
        .orElseGet(() -> Deletion.denied("the bucket's rights forbid it"));
  }

  private Optional<HeadObjectResponse> head(LeftoverId id) {
    try {
      return Optional.of(
          client.headObject(head -> head.bucket(bucket).key(id.path()).versionId(id.id())));
    } catch (SdkException e) {
      // The refusal stands, whatever its reason.
      return Optional.empty();
    }
  }

  private static Optional<Deletion> lock(HeadObjectResponse head) {
    if (head.objectLockLegalHoldStatus() == ObjectLockLegalHoldStatus.ON) {
      return Optional.of(Deletion.retained("a legal hold of the store keeps it"));
    }
    return Optional.ofNullable(head.objectLockRetainUntilDate())
        .map(until -> Deletion.retained("the store retains it until " + until));
  }

  private static Optional<Deletion> said(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    return words.contains("lock") || words.contains("worm") || words.contains("retention")
        ? Optional.of(Deletion.retained("the store retains it"))
        : Optional.empty();
  }
}

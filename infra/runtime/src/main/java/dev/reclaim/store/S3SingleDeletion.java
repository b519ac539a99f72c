package dev.reclaim.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The deletion of an object whose key cannot stand in the XML of a bulk deletion, which as a whole
 * would be refused for it.
 */
record S3SingleDeletion(
    S3Client client, String bucket, S3Heads heads, S3Traits traits, boolean byVersion) {

  /** Whether XML 1.0 has no way to say the key, or parsers read another. */
  static boolean isFor(String key) {
    return key.chars()
        .anyMatch(
            each ->
                (each < ' ' && each != '\t' && each != '\n') || each == 0xfffe || each == 0xffff);
  }

  /** Looks at the object right before, because many servers answer alike for what is not there. */
  Deletion of(StoredObject object) {
    @Nullable HeadObjectResponse head = heads.look(List.of(object.path())).get(object.path());
    if (head == null) {
      return Deletion.MISSING;
    }
    if (!S3Store.unquoted(head.eTag()).equals(object.etag())) {
      return Deletion.CHANGED;
    }
    try {
      client.deleteObject(request(object, head));
      return Deletion.DELETED;
    } catch (S3Exception e) {
      return switch (e.statusCode()) {
        case 404 -> Deletion.MISSING;
        case 412 -> Deletion.CHANGED;
        case 403 -> Deletion.denied("the bucket's rights forbid it");
        default -> throw e;
      };
    }
  }

  private DeleteObjectRequest request(StoredObject object, HeadObjectResponse head) {
    DeleteObjectRequest.Builder request =
        DeleteObjectRequest.builder().bucket(bucket).key(object.path());
    if (byVersion) {
      return request.versionId(head.versionId() == null ? "null" : head.versionId()).build();
    }
    return traits.conditional()
        ? request.ifMatch('"' + object.etag() + '"').build()
        : request.build();
  }
}

package dev.reclaim.store;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Finds out a bucket's traits on an object of our own, {@code .reclaim/probe-<random>}, which it
 * puts and takes away. No other object is touched.
 */
record S3Probe(S3Client client, String bucket) {
  /** The tag of no content: an MD5 in form, so that no server refuses it as malformed. */
  private static final String WRONG_ETAG = "\"00000000000000000000000000000000\"";

  /** Answers of servers that know no versions, or do not tell us. */
  private static final Set<Integer> UNSAID = Set.of(400, 403, 405, 501);

  S3Traits run() {
    String key = StorePaths.OWN_PREFIX + "probe-" + UUID.randomUUID();
    PutObjectResponse put;
    try {
      put =
          client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(key));
    } catch (S3Exception e) {
      if (e.statusCode() == 403) {
        // We may not write here, so nothing can be tried: set conditions and trust no answer.
        return new S3Traits(true, false, isVersioned(), false);
      }
      throw e;
    }
    boolean versioned = put.versionId() != null || isVersioned();
    try {
      boolean keepsOther = !deletes(key, WRONG_ETAG);
      boolean tellsAbsence = !deletes(key + "-absent", WRONG_ETAG);
      boolean takesSame = keepsOther && deletes(key, put.eTag());
      return new S3Traits(keepsOther && takesSame, tellsAbsence, versioned, true);
    } finally {
      if (versioned) {
        removeVersions(key);
      } else {
        client.deleteObject(request -> request.bucket(bucket).key(key));
      }
    }
  }

  /**
   * What was tried left versions and delete markers of our own; whoever may only hide files leaves
   * them there, some forty bytes each time.
   */
  private void removeVersions(String prefix) {
    try {
      ListObjectVersionsResponse ours =
          client.listObjectVersions(request -> request.bucket(bucket).prefix(prefix));
      ours.versions().forEach(version -> remove(version.key(), version.versionId()));
      ours.deleteMarkers().forEach(marker -> remove(marker.key(), marker.versionId()));
    } catch (S3Exception e) {
      if (e.statusCode() != 403) {
        throw e;
      }
    }
  }

  private void remove(String key, String version) {
    client.deleteObject(request -> request.bucket(bucket).key(key).versionId(version));
  }

  private boolean isVersioned() {
    Versioning said = versioning(client, bucket);
    return said == Versioning.ENABLED || said == Versioning.SUSPENDED;
  }

  /** What the bucket says of itself. */
  static Versioning versioning(S3Client client, String bucket) {
    try {
      BucketVersioningStatus status =
          client.getBucketVersioning(request -> request.bucket(bucket)).status();
      if (status == null) {
        return Versioning.NONE;
      }
      return switch (status) {
        case ENABLED -> Versioning.ENABLED;
        case SUSPENDED -> Versioning.SUSPENDED;
        case UNKNOWN_TO_SDK_VERSION -> Versioning.UNKNOWN;
      };
    } catch (S3Exception e) {
      if (UNSAID.contains(e.statusCode())) {
        return Versioning.UNKNOWN;
      }
      throw e;
    }
  }

  private boolean deletes(String key, String etag) {
    ObjectIdentifier identifier = ObjectIdentifier.builder().key(key).eTag(etag).build();
    try {
      DeleteObjectsResponse response =
          client.deleteObjects(
              request ->
                  request.bucket(bucket).delete(delete -> delete.objects(List.of(identifier))));
      return response.errors().isEmpty();
    } catch (S3Exception e) {
      if (e.statusCode() == 400 || e.statusCode() == 412 || e.statusCode() == 501) {
        return false;
      }
      throw e;
    }
  }
}

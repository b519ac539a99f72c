package dev.reclaim.store;

import java.util.List;
import java.util.UUID;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
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

  S3Traits run() {
    String key = StorePaths.OWN_PREFIX + "probe-" + UUID.randomUUID();
    PutObjectResponse put;
    try {
      put =
          client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromString(key));
    } catch (S3Exception e) {
      if (e.statusCode() == 403) {
        // We may not write here, so nothing can be tried: set conditions and trust no answer.
        return new S3Traits(true, false, isVersioned());
      }
      throw e;
    }
    return put.versionId() != null || isVersioned() ? versioned(key, put) : unversioned(key, put);
  }

  private boolean isVersioned() {
    try {
      BucketVersioningStatus status =
          client.getBucketVersioning(request -> request.bucket(bucket)).status();
      return status == BucketVersioningStatus.ENABLED || status == BucketVersioningStatus.SUSPENDED;
    } catch (S3Exception e) {
      if (e.statusCode() == 403 || e.statusCode() == 501) {
        return false;
      }
      throw e;
    }
  }

  private S3Traits versioned(String key, PutObjectResponse put) {
    String version = put.versionId() == null ? "null" : put.versionId();
    client.deleteObject(request -> request.bucket(bucket).key(key).versionId(version));
    return new S3Traits(false, false, true);
  }

  private S3Traits unversioned(String key, PutObjectResponse put) {
    try {
      boolean keepsOther = !deletes(key, WRONG_ETAG);
      boolean tellsAbsence = !deletes(key + "-absent", WRONG_ETAG);
      boolean takesSame = keepsOther && deletes(key, put.eTag());
      return new S3Traits(keepsOther && takesSame, tellsAbsence, false);
    } finally {
      client.deleteObject(request -> request.bucket(bucket).key(key));
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

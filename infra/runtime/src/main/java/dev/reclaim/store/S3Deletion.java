package dev.reclaim.store;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/**
 * One bulk deletion: looks first where the bucket's answers ask for it, deletes, reads the answers.
 */
final class S3Deletion {
  private final S3Client client;
  private final String bucket;
  private final S3Heads heads;
  private final S3Traits traits;
  private final Map<String, StoredObject> wanted;
  private final Predicate<String> keys;
  private final Map<String, Deletion> results = new HashMap<>();

  /** What the last look showed; empty where nothing was looked at. */
  private Map<String, HeadObjectResponse> seen = Map.of();

  S3Deletion(
      S3Client client,
      String bucket,
      S3Heads heads,
      S3Traits traits,
      Map<String, StoredObject> wanted) {
    this(client, bucket, heads, traits, wanted, StorePaths::isFileKey);
  }

  /**
   * A deletion of other objects than the store's files.
   *
   * @param keys those that may be deleted
   */
  S3Deletion(
      S3Client client,
      String bucket,
      S3Heads heads,
      S3Traits traits,
      Map<String, StoredObject> wanted,
      Predicate<String> keys) {
    this.keys = keys;
    this.client = client;
    this.bucket = bucket;
    this.heads = heads;
    this.traits = traits;
    this.wanted = wanted;
  }

  Map<String, Deletion> run() {
    refuseWhatIsNoFile();
    if (traits.lookFirst()) {
      look();
    }
    List<ObjectIdentifier> going =
        wanted.values().stream()
            .filter(object -> !results.containsKey(object.path()))
            .map(this::identifier)
            .toList();
    if (!going.isEmpty()) {
      read(
          client.deleteObjects(
              request -> request.bucket(bucket).delete(delete -> delete.objects(going))));
    }
    requireAllAnswered();
    return results;
  }

  private void refuseWhatIsNoFile() {
    for (String key : wanted.keySet()) {
      if (!keys.test(key)) {
        results.put(key, Deletion.denied("names no file of the store"));
      }
    }
  }

  private void look() {
    seen = heads.look(wanted.keySet());
    for (StoredObject object : wanted.values()) {
      HeadObjectResponse head = seen.get(object.path());
      if (head == null) {
        results.putIfAbsent(object.path(), Deletion.MISSING);
      } else if (!S3Store.unquoted(head.eTag()).equals(object.etag())) {
        results.put(object.path(), Deletion.CHANGED);
      }
    }
  }

  private ObjectIdentifier identifier(StoredObject object) {
    ObjectIdentifier.Builder identifier = ObjectIdentifier.builder().key(object.path());
    String version = version(object.path());
    if (version != null) {
      // A version's content never changes, so naming it is the strictest condition.
      return identifier.versionId(version).build();
    }
    return traits.conditional()
        ? identifier.eTag('"' + object.etag() + '"').build()
        : identifier.build();
  }

  private @Nullable String version(String key) {
    HeadObjectResponse head = seen.get(key);
    if (!traits.versioned() || head == null) {
      return null;
    }
    return head.versionId() == null ? "null" : head.versionId();
  }

  private void read(DeleteObjectsResponse response) {
    for (DeletedObject deleted : response.deleted()) {
      results.put(deleted.key(), deleted(deleted));
    }
    Set<String> refused =
        response.errors().stream()
            .filter(error -> "PreconditionFailed".equals(error.code()))
            .map(S3Error::key)
            .collect(toSet());
    // Some answer so for what is not there, too.
    Set<String> present = present(refused);
    for (S3Error error : response.errors()) {
      if (refused.contains(error.key())) {
        results.put(
            error.key(), present.contains(error.key()) ? Deletion.CHANGED : Deletion.MISSING);
      } else if (!S3Failure.isTrouble(String.valueOf(error.code()))) {
        results.put(error.key(), refused(error));
      }
    }
  }

  private Set<String> present(Set<String> keys) {
    try {
      return keys.isEmpty() ? Set.of() : heads.look(keys).keySet();
    } catch (SdkException e) {
      throw new StoreUnavailableException(
          "Bucket %s cannot be looked at after a deletion".formatted(bucket), e, results);
    }
  }

  private Deletion deleted(DeletedObject deleted) {
    boolean hidden = Boolean.TRUE.equals(deleted.deleteMarker()) && version(deleted.key()) == null;
    return hidden
        ? Deletion.failed("hidden behind a delete marker: the bucket has become versioned")
        : Deletion.DELETED;
  }

  private static Deletion refused(S3Error error) {
    String code = String.valueOf(error.code());
    return switch (code) {
      case "NoSuchKey", "NoSuchVersion" -> Deletion.MISSING;
      case "AccessDenied" -> Deletion.denied("the bucket's rights forbid it");
      default -> Deletion.failed(code);
    };
  }

  private void requireAllAnswered() {
    for (String key : wanted.keySet()) {
      if (!results.containsKey(key)) {
        throw new StoreUnavailableException(
            "Bucket %s left %d of %d deletions without an answer, such as %s"
                .formatted(bucket, wanted.size() - results.size(), wanted.size(), key),
            null,
            results);
      }
    }
  }
}

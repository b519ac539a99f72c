package dev.reclaim.store;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final S3Stretches stretches;
  private final S3Heads heads;
  private final S3Traits traits;
  private final boolean byVersion;
  private final Map<String, StoredObject> wanted;

  /** What was seen just so a moment ago. */
  private final Set<StoredObject> fresh;

  private final Predicate<String> keys;
  private final Map<String, Deletion> results = new HashMap<>();

  /** What the last look showed; empty where nothing was looked at. */
  private Map<String, HeadObjectResponse> seen = Map.of();

  S3Deletion(
      S3Client client,
      String bucket,
      S3Stretches stretches,
      S3Heads heads,
      S3Traits traits,
      boolean byVersion,
      Map<String, StoredObject> wanted,
      Set<StoredObject> fresh,
      Predicate<String> keys) {
    this.keys = keys;
    this.client = client;
    this.bucket = bucket;
    this.stretches = stretches;
    this.heads = heads;
    this.traits = traits;
    this.byVersion = byVersion;
    this.wanted = wanted;
    this.fresh = fresh;
  }

  Map<String, Deletion> run() {
    refuseWhatIsNoFile();
    deleteUnspeakable();
    if (byVersion || traits.lookFirst()) {
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

  private void deleteUnspeakable() {
    S3SingleDeletion single = new S3SingleDeletion(client, bucket, heads, traits, byVersion);
    for (StoredObject object : wanted.values()) {
      if (!results.containsKey(object.path()) && S3SingleDeletion.isFor(object.path())) {
        results.put(object.path(), single.of(object));
      }
    }
  }

  private void look() {
    Map<String, String> etags = new HashMap<>();
    Set<String> asked = new HashSet<>(wanted.keySet());
    asked.removeAll(results.keySet());
    if (traits.tried() && traits.conditional() && !traits.versioned()) {
      // Only absence is in question; the content is what the deletion's condition is about.
      fresh.forEach(object -> asked.remove(object.path()));
      stretches.look(asked).forEach((key, object) -> etags.put(key, object.eTag()));
    }
    seen = heads.look(asked.stream().filter(key -> !etags.containsKey(key)).toList());
    seen.forEach((key, head) -> etags.put(key, head.eTag()));
    for (String key : asked) {
      String etag = etags.get(key);
      if (etag == null) {
        results.put(key, Deletion.MISSING);
      } else if (!S3Store.unquoted(etag).equals(etag(key))) {
        results.put(key, Deletion.CHANGED);
      }
    }
  }

  private String etag(String key) {
    return Objects.requireNonNull(wanted.get(key)).etag();
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
    if (!byVersion || head == null) {
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
    if (traits.versioned() && !byVersion) {
      return Deletion.HIDDEN;
    }
    return hidden
        ? Deletion.failed("hidden behind a delete marker: the bucket has become versioned")
        : Deletion.DELETED;
  }

  private Deletion refused(S3Error error) {
    String code = String.valueOf(error.code());
    return switch (code) {
      case "NoSuchKey", "NoSuchVersion" -> Deletion.MISSING;
      case "AccessDenied" -> denied(error);
      default -> Deletion.failed(code);
    };
  }

  private Deletion denied(S3Error error) {
    String version = version(error.key());
    return version == null
        ? Deletion.denied("the bucket's rights forbid it")
        : new S3Retention(client, bucket)
            .refusal(new LeftoverId(error.key(), version), String.valueOf(error.message()));
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

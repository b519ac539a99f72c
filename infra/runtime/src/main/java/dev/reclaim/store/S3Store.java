package dev.reclaim.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of an S3 server.
 *
 * <p>At the first deletion it finds out how the bucket takes conditions (see {@link S3Probe});
 * where they are ignored, or absence is answered by "deleted", each object is looked at right
 * before. In a versioned bucket a file is hidden behind a delete marker, so that nothing is free
 * yet; or, where the settings say so, it is the version looked at that is deleted, and an older one
 * becomes current and is up for the next run.
 */
final class S3Store implements ObjectStore {
  private final String name;
  private final String bucket;
  private final String place;
  private final S3Clients clients;
  private final S3Heads heads;
  private final S3Stretches stretches;
  private final FreshLooks looks = new FreshLooks(System::nanoTime);
  private final Optional<S3Inventory> inventory;
  private final ParallelRequests parallel;
  private final S3Settings.@Nullable Deletes deletes;
  private final S3Quarantine quarantine;
  private @Nullable S3Traits traits;

  private S3Store(String name, S3Settings settings, S3Clients clients) {
    this.name = name;
    this.bucket = settings.bucket();
    this.place =
        "Store %s (bucket %s at %s)"
            .formatted(
                name,
                bucket,
                settings.endpoint() == null ? "AWS " + settings.region() : settings.endpoint());
    this.clients = clients;
    this.deletes = settings.deletes();
    this.parallel = new ParallelRequests("store-" + name, ParallelRequests.REQUESTS_MAX / 2);
    this.heads = new S3Heads(clients.reading(), bucket, "store-" + name);
    this.stretches = new S3Stretches(clients.reading(), bucket, StorePaths::isFileKey);
    this.inventory =
        Optional.ofNullable(settings.inventory())
            .map(its -> new S3Inventory(clients.reading(), its, bucket, place));
    this.quarantine = new S3Quarantine(this, bucket, clients);
  }

  static S3Store open(String name, S3Settings settings) {
    return new S3Store(name, settings, S3Clients.open(settings));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void check() {
    try {
      // Not HeadBucket, whose refusals have no body and so no reason.
      clients.changing().listObjectsV2(request -> request.bucket(bucket).maxKeys(1));
    } catch (SdkException e) {
      throw S3Failure.unusable(place, e);
    }
    inventory.ifPresent(S3Inventory::check);
  }

  @Override
  public Optional<Caution> caution() {
    return asking(this::traits).caution(place);
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    if (!StorePaths.isFileKey(prefix.substring(0, prefix.lastIndexOf('/') + 1) + "name")) {
      return;
    }
    if (inventory.isPresent()) {
      inventory.get().list(prefix, visitor);
    } else {
      new S3Listing(clients.reading(), bucket, place, visitor).run(prefix);
    }
  }

  /** Some servers list an object that is just being written without its tag: it is none yet. */
  static boolean isTagged(S3Object object) {
    return object.eTag() != null;
  }

  static StoredObject seen(S3Object object) {
    return new StoredObject(
        object.key(), object.size(), unquoted(object.eTag()), object.lastModified());
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    long began = looks.now();
    Map<String, StoredObject> found = new HashMap<>();
    asking(() -> stretches.look(paths)).values().stream()
        .filter(S3Store::isTagged)
        .forEach(object -> found.put(object.key(), seen(object)));
    List<String> left = paths.stream().filter(path -> !found.containsKey(path)).toList();
    asking(() -> heads.look(left)).forEach((key, head) -> found.put(key, seen(key, head)));
    looks.add(began, found.values());
    return found;
  }

  static StoredObject seen(String key, HeadObjectResponse head) {
    return new StoredObject(key, head.contentLength(), unquoted(head.eTag()), head.lastModified());
  }

  static String unquoted(String etag) {
    boolean quoted = etag.length() > 1 && etag.startsWith("\"") && etag.endsWith("\"");
    return quoted ? etag.substring(1, etag.length() - 1) : etag;
  }

  @Override
  public Map<String, Deletion> delete(List<StoredObject> objects) {
    Map<String, StoredObject> wanted = Deletions.byPath(objects);
    Set<StoredObject> fresh = looks.take(objects);
    return asking(
        () -> {
          S3Traits known = traits();
          return new S3Deletion(
                  clients.changing(),
                  bucket,
                  stretches,
                  heads,
                  known,
                  byVersion(known),
                  wanted,
                  fresh,
                  StorePaths::isFileKey)
              .run();
        });
  }

  @Override
  public boolean freesBytes() {
    S3Traits known = asking(this::traits);
    return !known.versioned() || byVersion(known);
  }

  @Override
  public boolean hidesDeleted() {
    Versioning said = versioning();
    return deletes != S3Settings.Deletes.VERSIONS
        && (said == Versioning.ENABLED || said == Versioning.SUSPENDED);
  }

  private boolean byVersion(S3Traits known) {
    return known.versioned() && deletes == S3Settings.Deletes.VERSIONS;
  }

  @Override
  public Optional<Leftovers> leftovers(LeftoverKind kind) {
    Leftovers found =
        switch (kind) {
          case OLD_VERSIONS -> new S3Versions(clients, bucket, parallel);
          case UNFINISHED_UPLOADS -> new S3Uploads(clients, bucket, parallel);
        };
    return Optional.of(new S3Leftovers(found, place));
  }

  @Override
  public Versioning versioning() {
    return asking(() -> S3Probe.versioning(clients.reading(), bucket));
  }

  @Override
  public StoreQuarantine quarantine() {
    return quarantine;
  }

  synchronized S3Traits traits() {
    S3Traits known = traits;
    if (known == null) {
      known = new S3Probe(clients.changing(), bucket).run();
      traits = known;
    }
    return known;
  }

  <T> T asking(Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw S3Failure.unavailable(place, e);
    }
  }

  @Override
  public void close() {
    quarantine.close();
    heads.close();
    parallel.close();
    clients.close();
  }
}

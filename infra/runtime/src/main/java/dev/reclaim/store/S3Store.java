package dev.reclaim.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A bucket of an S3 server.
 *
 * <p>At the first deletion it finds out how the bucket takes conditions (see {@link S3Probe});
 * where they are ignored, or absence is answered by "deleted", each object is looked at right
 * before. In a versioned bucket it is the version looked at that is deleted, so its bytes are
 * really free; an older one becomes current and is up for the next run.
 */
final class S3Store implements ObjectStore {
  private final String name;
  private final String bucket;
  private final String place;
  private final S3Clients clients;
  private final S3Heads heads;
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
    this.heads = new S3Heads(clients.reading(), bucket, "store-" + name);
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
    String token = null;
    do {
      ListObjectsV2Response page = page(prefix, token);
      for (S3Object object : page.contents()) {
        if (StorePaths.isFileKey(object.key())) {
          visitor.accept(seen(object));
        }
      }
      token = next(page, token);
    } while (token != null);
  }

  private ListObjectsV2Response page(String prefix, @Nullable String token) {
    return asking(
        () ->
            clients
                .reading()
                .listObjectsV2(
                    request -> request.bucket(bucket).prefix(prefix).continuationToken(token)));
  }

  private @Nullable String next(ListObjectsV2Response page, @Nullable String token) {
    if (!Boolean.TRUE.equals(page.isTruncated())) {
      return null;
    }
    String next = page.nextContinuationToken();
    if (next == null || next.isEmpty() || next.equals(token)) {
      throw new StoreUnavailableException(place + ": the listing breaks off in the middle", null);
    }
    return next;
  }

  private static StoredObject seen(S3Object object) {
    return new StoredObject(
        object.key(), object.size(), unquoted(object.eTag()), object.lastModified());
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    Map<String, StoredObject> found = new HashMap<>();
    asking(() -> heads.look(paths)).forEach((key, head) -> found.put(key, seen(key, head)));
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
    return asking(() -> new S3Deletion(clients.changing(), bucket, heads, traits(), wanted).run());
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
    clients.close();
  }
}

package dev.reclaim.store;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Old versions and expired delete markers of a bucket. */
final class S3Versions implements Leftovers {
  private final S3Clients clients;
  private final String bucket;
  private final ParallelRequests parallel;
  private final S3Retention retention;

  S3Versions(S3Clients clients, String bucket, ParallelRequests parallel) {
    this.clients = clients;
    this.bucket = bucket;
    this.parallel = parallel;
    this.retention = new S3Retention(clients.reading(), bucket);
  }

  @Override
  public void list(String prefix, Instant cutoff, Consumer<Leftover> visitor) {
    list(
        prefix,
        "",
        found -> {
          if (found.isOld(cutoff) && StorePaths.isFileKey(found.id().path())) {
            visitor.accept(found);
          }
        });
  }

  @Override
  public Map<LeftoverId, Leftover> look(Collection<LeftoverId> ids) {
    Map<String, Set<String>> byPath =
        ids.stream()
            .filter(id -> StorePaths.isFileKey(id.path()))
            .collect(groupingBy(LeftoverId::path, mapping(LeftoverId::id, toSet())));
    Map<LeftoverId, Leftover> seen = new HashMap<>();
    parallel
        .ask(byPath.keySet(), path -> look(path, byPath.getOrDefault(path, Set.of())))
        .values()
        .forEach(seen::putAll);
    return seen;
  }

  private Map<LeftoverId, Leftover> look(String path, Set<String> ids) {
    Map<LeftoverId, Leftover> seen = new HashMap<>();
    list(
        path,
        path,
        found -> {
          if (found.id().path().equals(path) && ids.contains(found.id().id())) {
            seen.put(found.id(), found);
          }
        });
    return seen;
  }

  /** Goes through the versions of the keys with that prefix, at least up to {@code last}. */
  private void list(String prefix, String last, Consumer<Leftover> visitor) {
    VersionPages pages = new VersionPages(visitor);
    ListObjectVersionsResponse page = page(prefix, PageMarker.START);
    boolean beyond = add(page, last, pages);
    while (Boolean.TRUE.equals(page.isTruncated()) && (last.isEmpty() || !beyond)) {
      page = page(prefix, PageMarker.after(page, "the versions of bucket " + bucket));
      beyond = add(page, last, pages);
    }
    pages.end();
  }

  private static boolean add(ListObjectVersionsResponse page, String last, VersionPages pages) {
    return pages.add(
        page.versions().stream().map(S3Versions::entry).toList(),
        page.deleteMarkers().stream().map(S3Versions::entry).toList(),
        last);
  }

  private ListObjectVersionsResponse page(String prefix, PageMarker from) {
    return clients
        .reading()
        .listObjectVersions(
            request ->
                request
                    .bucket(bucket)
                    .prefix(prefix)
                    .encodingType(EncodingType.URL)
                    .keyMarker(from.key())
                    .versionIdMarker(from.id()));
  }

  private static VersionPages.Entry entry(ObjectVersion version) {
    return new VersionPages.Entry(
        version.key(),
        id(version.versionId()),
        Boolean.TRUE.equals(version.isLatest()),
        false,
        version.size(),
        version.lastModified());
  }

  private static VersionPages.Entry entry(DeleteMarkerEntry marker) {
    return new VersionPages.Entry(
        marker.key(),
        id(marker.versionId()),
        Boolean.TRUE.equals(marker.isLatest()),
        true,
        0,
        marker.lastModified());
  }

  private static String id(@Nullable String version) {
    return version == null || version.isEmpty() ? "null" : version;
  }

  @Override
  public Map<LeftoverId, Deletion> delete(List<Leftover> found) {
    if (found.size() > ObjectDeletion.FILES_MAX) {
      throw new IllegalArgumentException("too many versions at once: " + found.size());
    }
    if (found.isEmpty()) {
      return Map.of();
    }
    DeleteObjectsResponse response =
        clients
            .changing()
            .deleteObjects(
                request ->
                    request
                        .bucket(bucket)
                        .delete(
                            delete ->
                                delete.objects(
                                    found.stream().map(S3Versions::identifier).toList())));
    return read(found, response);
  }

  private static ObjectIdentifier identifier(Leftover found) {
    return ObjectIdentifier.builder().key(found.id().path()).versionId(found.id().id()).build();
  }

  private Map<LeftoverId, Deletion> read(List<Leftover> found, DeleteObjectsResponse response) {
    Map<LeftoverId, Deletion> results = new HashMap<>();
    for (DeletedObject deleted : response.deleted()) {
      results.put(new LeftoverId(deleted.key(), id(deleted.versionId())), Deletion.DELETED);
    }
    for (S3Error error : response.errors()) {
      if (!S3Failure.isTrouble(String.valueOf(error.code()))) {
        LeftoverId id = new LeftoverId(error.key(), id(error.versionId()));
        results.put(id, refused(id, error));
      }
    }
    results.keySet().retainAll(found.stream().map(Leftover::id).toList());
    if (results.size() < found.size()) {
      throw new StoreUnavailableException(
          "Bucket %s left %d of %d deletions of versions without an answer"
              .formatted(bucket, found.size() - results.size(), found.size()),
          null);
    }
    return results;
  }

  private Deletion refused(LeftoverId id, S3Error error) {
    return switch (String.valueOf(error.code())) {
      case "NoSuchKey", "NoSuchVersion" -> Deletion.MISSING;
      case "AccessDenied" -> retention.refusal(id, String.valueOf(error.message()));
      case "ObjectLocked" -> Deletion.retained("the store retains it");
      default -> Deletion.failed(String.valueOf(error.code()));
    };
  }
}

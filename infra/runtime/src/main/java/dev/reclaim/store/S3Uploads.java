package dev.reclaim.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Uploads in parts that a bucket still waits for. Their parts take space and are in no listing. */
final class S3Uploads implements Leftovers {
  /** A part that was on its way may arrive after the end of its upload. */
  private static final int ABORTS_MAX = 3;

  private final S3Clients clients;
  private final String bucket;
  private final ParallelRequests parallel;

  S3Uploads(S3Clients clients, String bucket, ParallelRequests parallel) {
    this.clients = clients;
    this.bucket = bucket;
    this.parallel = parallel;
  }

  @Override
  public void list(String prefix, Instant cutoff, Consumer<Leftover> visitor) {
    pages(
        prefix,
        uploads -> {
          Map<LeftoverId, Instant> begun = new HashMap<>();
          uploads.stream()
              .filter(upload -> StorePaths.isFileKey(upload.key()))
              .filter(upload -> !upload.initiated().isAfter(cutoff))
              .forEach(upload -> begun.put(id(upload), upload.initiated()));
          parts(begun).values().stream().filter(it -> it.isOld(cutoff)).forEach(visitor);
        });
  }

  @Override
  public Map<LeftoverId, Leftover> look(Collection<LeftoverId> ids) {
    List<LeftoverId> wanted =
        ids.stream().filter(id -> StorePaths.isFileKey(id.path())).distinct().toList();
    Map<LeftoverId, Instant> begun = new HashMap<>();
    parallel
        .ask(wanted.stream().map(LeftoverId::path).toList(), this::begunUnder)
        .values()
        .forEach(begun::putAll);
    begun.keySet().retainAll(wanted);
    return parts(begun);
  }

  private Map<LeftoverId, Instant> begunUnder(String path) {
    Map<LeftoverId, Instant> begun = new HashMap<>();
    pages(
        path,
        uploads ->
            uploads.stream()
                .filter(upload -> upload.key().equals(path))
                .forEach(upload -> begun.put(id(upload), upload.initiated())));
    return begun;
  }

  private void pages(String prefix, Consumer<List<MultipartUpload>> visitor) {
    ListMultipartUploadsResponse page = page(prefix, PageMarker.START);
    visitor.accept(page.uploads());
    while (Boolean.TRUE.equals(page.isTruncated())) {
      page = page(prefix, PageMarker.after(page, "the uploads of bucket " + bucket));
      visitor.accept(page.uploads());
    }
  }

  private ListMultipartUploadsResponse page(String prefix, PageMarker from) {
    return clients
        .reading()
        .listMultipartUploads(
            request ->
                request
                    .bucket(bucket)
                    .prefix(prefix)
                    .encodingType(EncodingType.URL)
                    .keyMarker(from.key())
                    .uploadIdMarker(from.id()));
  }

  private static LeftoverId id(MultipartUpload upload) {
    return new LeftoverId(upload.key(), upload.uploadId());
  }

  /** Those that are still there, with their parts. */
  private Map<LeftoverId, Leftover> parts(Map<LeftoverId, Instant> begun) {
    Map<LeftoverId, Leftover> found = new HashMap<>();
    parallel
        .ask(begun.keySet(), id -> parts(id, Objects.requireNonNull(begun.get(id))))
        .forEach((id, upload) -> upload.ifPresent(it -> found.put(id, it)));
    return found;
  }

  private Optional<Leftover> parts(LeftoverId id, Instant begun) {
    long size = 0;
    Instant last = begun;
    boolean timed = true;
    try {
      for (Part part : parts(id)) {
        size += part.size();
        timed = timed && part.lastModified() != null;
        last = timed && part.lastModified().isAfter(last) ? part.lastModified() : last;
      }
    } catch (S3Exception e) {
      if (e.statusCode() == 404 && !S3Failure.code(e).equals("NoSuchBucket")) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(
        new Leftover(
            id, Leftover.Shape.UPLOAD, size, timed ? Optional.of(last) : Optional.empty()));
  }

  /** At most 10,000, as many as an upload may have. */
  private List<Part> parts(LeftoverId id) {
    List<Part> parts = new ArrayList<>();
    @Nullable Integer marker = null;
    boolean more;
    do {
      Integer from = marker;
      ListPartsResponse page =
          clients
              .reading()
              .listParts(
                  request ->
                      request
                          .bucket(bucket)
                          .key(id.path())
                          .uploadId(id.id())
                          .partNumberMarker(from));
      parts.addAll(page.parts());
      more = Boolean.TRUE.equals(page.isTruncated());
      if (more
          && (page.nextPartNumberMarker() == null || page.nextPartNumberMarker().equals(from))) {
        throw new StoreUnavailableException(
            "the listing of an upload's parts in bucket " + bucket + " breaks off", null);
      }
      marker = page.nextPartNumberMarker();
    } while (more);
    return parts;
  }

  @Override
  public Map<LeftoverId, Deletion> delete(List<Leftover> found) {
    Map<LeftoverId, Optional<Deletion>> ends =
        parallel.ask(found.stream().map(Leftover::id).toList(), this::abort);
    Map<LeftoverId, Deletion> known = new HashMap<>();
    ends.forEach((id, end) -> end.ifPresent(it -> known.put(id, it)));
    if (known.size() < ends.size()) {
      throw new StoreUnavailableException(
          "Bucket %s left %d of %d aborted uploads without an answer"
              .formatted(bucket, ends.size() - known.size(), ends.size()),
          null);
    }
    return known;
  }

  /** Empty when its effect is unknown. */
  private Optional<Deletion> abort(LeftoverId id) {
    try {
      for (int i = 0; i < ABORTS_MAX; i++) {
        Optional<Deletion> refusal = abortOnce(id);
        if (refusal.isPresent()) {
          return i == 0 ? refusal : Optional.of(Deletion.DELETED);
        }
        if (parts(id, Instant.EPOCH).stream().noneMatch(left -> left.size() > 0)) {
          return Optional.of(Deletion.DELETED);
        }
      }
      return Optional.of(Deletion.failed("its parts keep arriving"));
    } catch (SdkException | StoreUnavailableException e) {
      return Optional.empty();
    }
  }

  private Optional<Deletion> abortOnce(LeftoverId id) {
    try {
      clients
          .changing()
          .abortMultipartUpload(request -> request.bucket(bucket).key(id.path()).uploadId(id.id()));
      return Optional.empty();
    } catch (S3Exception e) {
      return switch (S3Failure.code(e)) {
        case "NoSuchUpload", "NoSuchKey" -> Optional.of(Deletion.MISSING);
        case "AccessDenied" -> Optional.of(Deletion.denied("the bucket's rights forbid it"));
        default -> throw e;
      };
    }
  }
}

package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file as its claimant saw it. Only the path is mandatory: size, tag and time are looked up
 * again by the worker, and a file that differs from what was claimed is kept.
 *
 * @param path the object's key in its bucket, or the path below the directory, always with {@code
 *     /}
 * @param size bytes of content
 * @param etag the store's tag of this content, without quotes
 * @param modified last modification by the store's clock
 * @param labels of the deleted row that named the file; said by workers alone, of anybody else they
 *     are ignored
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimedFile(
    String path,
    @Nullable Long size,
    @Nullable String etag,
    @Nullable Instant modified,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels) {

  public ClaimedFile {
    Require.that(path != null && !path.isEmpty(), "path of a file is missing or empty");
    labels = Labels.sorted(labels);
  }

  /** A file as anybody may claim it. */
  public ClaimedFile(
      String path, @Nullable Long size, @Nullable String etag, @Nullable Instant modified) {
    this(path, size, etag, modified, Map.of());
  }
}

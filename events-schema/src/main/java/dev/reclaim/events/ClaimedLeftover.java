package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One leftover as its claimant saw it: a version or delete marker of a file, or an upload that was
 * begun. What is said beside its name is looked up again by the worker.
 *
 * @param path the object's key in its bucket
 * @param version the store's id of the version, {@code null} as a text for what was written without
 *     one; absent for an upload
 * @param upload the store's id of the upload; absent for a version
 * @param size bytes that go with it
 * @param since when it became old: was replaced, or got its last part
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClaimedLeftover(
    String path,
    @Nullable String version,
    @Nullable String upload,
    @Nullable Long size,
    @Nullable Instant since) {

  public ClaimedLeftover {
    Require.that(path != null && !path.isEmpty(), "path of a leftover is missing or empty");
    Require.that((version == null) != (upload == null), "a leftover is a version or an upload");
    Require.text("the id of a leftover", version == null ? upload : version);
  }

  /** A version that nobody has looked at. */
  public static ClaimedLeftover version(String path, String version) {
    return new ClaimedLeftover(path, version, null, null, null);
  }

  /** An upload that nobody has looked at. */
  public static ClaimedLeftover upload(String path, String upload) {
    return new ClaimedLeftover(path, null, upload, null, null);
  }
}

package dev.reclaim.worker.files;

import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file as the books of a quarantine have it.
 *
 * @param name where it lies in the quarantine
 * @param version the content that was moved, as {@link Intent#version()} says it
 * @param labels of the row that named it; empty where nobody knows any
 * @param state what is under way with it
 * @param attempt counts up each time somebody takes it up
 * @param etag of its content in the quarantine; absent until it is there
 */
record KeptFile(
    String name,
    String path,
    String version,
    long size,
    Map<String, String> labels,
    String state,
    int attempt,
    @Nullable String etag) {

  boolean restoring() {
    return state.equals(QuarantineBooks.RESTORING);
  }

  /** The file as the quarantine has to show it. */
  StoredObject inQuarantine() {
    return new StoredObject(name, size, etag == null ? "" : etag, Instant.EPOCH);
  }
}

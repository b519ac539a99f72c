package dev.reclaim.store;

/**
 * The name of a version or an upload in its bucket.
 *
 * @param id the store's own; the text {@code null} for a version written without one
 */
public record LeftoverId(String path, String id) {}

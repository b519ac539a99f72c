package dev.reclaim.store;

import java.time.Instant;

/**
 * A file as its store shows it at one moment.
 *
 * @param path its key in the bucket, or its way from the directory's root, always with {@code /}
 * @param size bytes of content
 * @param etag the tag of this content, without quotes; in a directory one made of size,
 *     modification time and inode
 * @param modified last modification, by the store's clock; a bucket tells it to the millisecond or
 *     to the second, depending on how it is asked, so compare contents by {@code etag}
 */
public record StoredObject(String path, long size, String etag, Instant modified) {}

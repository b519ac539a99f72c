package dev.reclaim.store;

import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A file's stand-in for an ETag: size, modification time to the nanosecond, inode. */
final class FileTag {
  private FileTag() {}

  static StoredObject seen(String path, BasicFileAttributes attributes) {
    Instant modified = attributes.lastModifiedTime().toInstant();
    return new StoredObject(path, attributes.size(), of(attributes), modified);
  }

  static String of(BasicFileAttributes attributes) {
    Instant modified = attributes.lastModifiedTime().toInstant();
    return Long.toHexString(attributes.size())
        + '-'
        + Long.toHexString(modified.getEpochSecond())
        + '.'
        + Integer.toHexString(modified.getNano())
        + '-'
        + inode(attributes.fileKey());
  }

  /** The number alone: the device's may be another after the next boot. */
  private static String inode(@Nullable Object fileKey) {
    String key = String.valueOf(fileKey);
    int start = key.indexOf("ino=");
    return start < 0 ? "" : key.substring(start + "ino=".length(), key.length() - 1);
  }
}

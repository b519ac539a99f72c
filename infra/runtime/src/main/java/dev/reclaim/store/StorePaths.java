package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Which texts can be paths of files at all. */
final class StorePaths {
  /** Where Reclaim keeps what is its own. */
  static final String OWN = ".reclaim";

  static final String OWN_PREFIX = OWN + "/";

  /** Where files wait that may still be brought back. */
  static final String QUARANTINE = OWN_PREFIX + "quarantine/";

  /** Longest key of S3. */
  private static final int KEY_BYTES_MAX = 1_024;

  /** Longest name in a directory, {@code NAME_MAX} of all usual file systems. */
  private static final int NAME_BYTES_MAX = 255;

  private StorePaths() {}

  /**
   * Whether a bucket may show it: no longer than S3 allows, which refuses to look for a longer one
   * as it refuses when it is in trouble; not ours, not the placeholder of a folder, and without
   * dots for names, which clients, proxies and servers resolve before they compare.
   */
  static boolean isFileKey(String key) {
    return !key.isEmpty()
        && key.getBytes(UTF_8).length <= KEY_BYTES_MAX
        && !key.endsWith("/")
        && !key.startsWith(OWN_PREFIX)
        && List.of(key.split("/", -1)).stream().noneMatch(StorePaths::isDots);
  }

  private static boolean isDots(String name) {
    return name.equals(".") || name.equals("..");
  }

  /**
   * The names on the way from a directory's root to the file; empty for a text that names no file
   * below it: absolute, with an empty name, {@code .} or {@code ..}, below {@code .reclaim/}, or
   * with a name that is longer than file systems allow.
   */
  static List<String> names(String path) {
    List<String> names = List.of(path.split("/", -1));
    boolean plain = names.stream().allMatch(StorePaths::isPlainName);
    return plain && !names.get(0).equals(OWN) ? names : List.of();
  }

  private static boolean isPlainName(String name) {
    return !name.isEmpty()
        && !isDots(name)
        && name.indexOf('\0') < 0
        && name.getBytes(UTF_8).length <= NAME_BYTES_MAX;
  }
}

package dev.reclaim.store;

import java.util.List;

/** Which texts can be paths of files at all. */
final class StorePaths {
  /** Where Reclaim keeps what is its own. */
  static final String OWN = ".reclaim";

  static final String OWN_PREFIX = OWN + "/";

  private StorePaths() {}

  /**
   * Whether a bucket may show it: not ours, not the placeholder of a folder, and without dots for
   * names, which clients, proxies and servers resolve before they compare.
   */
  static boolean isFileKey(String key) {
    return !key.isEmpty()
        && !key.endsWith("/")
        && !key.startsWith(OWN_PREFIX)
        && List.of(key.split("/", -1)).stream().noneMatch(StorePaths::isDots);
  }

  private static boolean isDots(String name) {
    return name.equals(".") || name.equals("..");
  }

  /**
   * The names on the way from a directory's root to the file; empty for a text that names no file
   * below it: absolute, with an empty name, {@code .} or {@code ..}, or below {@code .reclaim/}.
   */
  static List<String> names(String path) {
    List<String> names = List.of(path.split("/", -1));
    boolean plain = names.stream().allMatch(StorePaths::isPlainName);
    return plain && !names.get(0).equals(OWN) ? names : List.of();
  }

  private static boolean isPlainName(String name) {
    return !name.isEmpty() && !isDots(name) && name.indexOf('\0') < 0;
  }
}

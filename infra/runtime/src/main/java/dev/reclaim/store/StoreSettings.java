package dev.reclaim.store;

import java.util.List;

/** Where a store is and how it is reached. */
public sealed interface StoreSettings permits S3Settings, DirectorySettings {
  /**
   * Prefixes of the addresses under which the world sees the store's files: {@code
   * https://cdn.example.org/renders} (http or https, any case of the host, any port of its own) or,
   * as a path, {@code /uploads}. What follows a prefix is a path in the store.
   */
  List<String> publicUrls();
}

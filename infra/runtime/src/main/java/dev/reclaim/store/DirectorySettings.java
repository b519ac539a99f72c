package dev.reclaim.store;

import java.nio.file.Path;
import java.util.List;

/**
 * A directory; all regular files below it are the store's files.
 *
 * @param publicUrls see {@link StoreSettings#publicUrls}
 */
public record DirectorySettings(Path directory, List<String> publicUrls) implements StoreSettings {

  public DirectorySettings {
    publicUrls = List.copyOf(publicUrls);
  }

  public DirectorySettings(Path directory) {
    this(directory, List.of());
  }
}

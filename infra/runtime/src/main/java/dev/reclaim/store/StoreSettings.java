package dev.reclaim.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

public sealed interface StoreSettings {
  record S3Settings(
      String bucket,
      @Nullable URI endpoint,
      String region,
      boolean pathStyle,
      @Nullable String accessKey,
      @Nullable String secretKey,
      List<String> publicUrls)
      implements StoreSettings {}

  record DirectorySettings(Path directory) implements StoreSettings {}
}

package dev.reclaim.policy;

import dev.reclaim.store.LeftoverKind;
import java.time.Duration;
import java.util.Optional;

/**
 * What a bucket keeps beside its files: old versions with expired delete markers, or unfinished
 * uploads.
 *
 * @param database the store's state database
 * @param prefix only paths that begin with it; empty for the whole store
 * @param olderThan how long ago a version was replaced, or an upload got its last part
 */
public record LeftoverPolicy(
    String name,
    String store,
    String database,
    String prefix,
    LeftoverKind kind,
    Duration olderThan,
    Terms terms)
    implements Policy {

  @Override
  public Optional<Retention> retention() {
    return Optional.of(new Retention.Exact(olderThan));
  }

  /** The key that says the age in the policy file. */
  public String key() {
    return key(kind);
  }

  static String key(LeftoverKind kind) {
    return switch (kind) {
      case OLD_VERSIONS -> "old-versions";
      case UNFINISHED_UPLOADS -> "unfinished-uploads";
    };
  }
}

package dev.reclaim.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Files of a store that nothing refers to, or that are merely old.
 *
 * @param database the store's state database
 * @param prefix only paths that begin with it; empty for the whole store
 * @param olderThan age by the store's clock before a file is claimed
 * @param references what names files of the store; empty only where the file says {@code none}
 */
public record FilePolicy(
    String name,
    String store,
    String database,
    String prefix,
    Duration olderThan,
    List<Reference> references,
    Terms terms)
    implements Policy {

  @Override
  public Optional<Retention> retention() {
    return Optional.of(new Retention.Exact(olderThan));
  }
}

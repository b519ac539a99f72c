package dev.reclaim.policy;

import java.util.Optional;

/** One rule of the policy file: about rows of a table or files of a store. */
public sealed interface Policy permits RowPolicy, FilePolicy {
  String name();

  /**
   * Name of the database that holds the policy's runs: the table's own, or the store's state
   * database.
   */
  String database();

  Optional<Schedule> schedule();

  /** Whether it is carried out on schedule; an explicit run is its own approval. */
  boolean enabled();
}

package dev.reclaim.policy;

import java.time.Duration;
import java.util.Optional;

/**
 * One rule of the policy file: about rows of a table, files of a store or what lies beside them.
 */
public sealed interface Policy permits RowPolicy, FilePolicy, LeftoverPolicy {
  String name();

  /**
   * Name of the database that holds the policy's runs: the table's own, or the store's state
   * database.
   */
  String database();

  Terms terms();

  default Optional<Schedule> schedule() {
    return terms().schedule();
  }

  /** Whether it is carried out on schedule; an explicit run is its own approval. */
  default boolean enabled() {
    return terms().enabled();
  }

  /** How long its files can be brought back; without it they are deleted at once. */
  default Optional<Duration> quarantine() {
    return terms().quarantine();
  }

  /** How long what it speaks of lives; empty where age does not matter. */
  Optional<Retention> retention();
}

package dev.reclaim.store;

import java.util.Optional;

/** An open store. Safe for use by several threads. */
public interface ObjectStore extends ObjectListing, ObjectDeletion, AutoCloseable {
  /** Below it lies what is Reclaim's own: nobody lists it, names it or deletes it as a file. */
  String OWN_PREFIX = StorePaths.OWN_PREFIX;

  /** The name under which the policy file knows it. */
  String name();

  /**
   * Finds out at start whether the store can be worked with.
   *
   * @throws dev.reclaim.settings.UserException it cannot; says why and what mends it
   */
  void check();

  /**
   * Finds out, on an object of our own, what deletions there cannot promise.
   *
   * @throws StoreUnavailableException when there is no answer
   */
  default Optional<Caution> caution() {
    return Optional.empty();
  }

  /** Where files wait that may still be brought back. */
  default StoreQuarantine quarantine() {
    throw new UnsupportedOperationException("the store %s has no quarantine".formatted(name()));
  }

  @Override
  default Optional<Leftovers> leftovers(LeftoverKind kind) {
    return Optional.empty();
  }

  @Override
  void close();
}

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
 * @param references which rows name files of the store; empty where the file says {@code none}, or
 *     where other stores alone do
 */
public record FilePolicy(
    String name,
    String store,
    String database,
    String prefix,
    Duration olderThan,
    List<Reference> references,
    Terms terms,
    Proof proof)
    implements Policy {

  /** One that asks for no further proof. */
  public FilePolicy(
      String name,
      String store,
      String database,
      String prefix,
      Duration olderThan,
      List<Reference> references,
      Terms terms) {
    this(name, store, database, prefix, olderThan, references, terms, Proof.USUAL);
  }

  /** Whether nobody is asked who names a file. */
  public boolean judgesByAgeAlone() {
    return references.isEmpty() && proof.stores().isEmpty();
  }

  @Override
  public Optional<Retention> retention() {
    return Optional.of(new Retention.Exact(olderThan));
  }
}

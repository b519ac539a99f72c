package dev.reclaim.audit;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An event that two accounts say something different of, not named yet.
 *
 * @param ledger null where no ledger has it
 * @param said null where the topic does not have it, or it does not matter
 * @param torn whether the ledger row differs from its own outcome
 */
record Suspect(@Nullable Entry ledger, @Nullable Entry said, boolean torn) {
  static final Comparator<Suspect> EARLIEST_FIRST =
      Comparator.<Suspect>comparingLong(suspect -> suspect.either().completedMicros())
          .thenComparingLong(suspect -> suspect.either().high())
          .thenComparingLong(suspect -> suspect.said() == null ? -1 : suspect.said().place());

  Entry either() {
    Entry one = ledger == null ? said : ledger;
    if (one == null) {
      throw new IllegalStateException("a suspect of nothing");
    }
    return one;
  }
}

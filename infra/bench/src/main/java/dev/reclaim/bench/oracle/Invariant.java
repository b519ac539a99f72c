package dev.reclaim.bench.oracle;

import java.util.List;

/** Something that holds once all has come to rest. */
@FunctionalInterface
public interface Invariant {
  /** Where it does not hold, in words; empty where it does. */
  List<String> violations(Evidence evidence) throws Exception;

  /** All that must hold. */
  static List<Invariant> all() {
    return List.of(
        new NothingProtectedDeleted(),
        new NothingExpiredLeft(),
        new OneLedgerEntryPerEvent(),
        new AccountsExact());
  }
}

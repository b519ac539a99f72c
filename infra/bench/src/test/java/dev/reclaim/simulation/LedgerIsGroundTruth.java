package dev.reclaim.simulation;

import java.util.List;

/**
 * The ledger has every row and file that we have deleted, with its bytes, and no other. The files
 * of a policy about rows are claimed by it, too.
 */
final class LedgerIsGroundTruth extends Invariant {
  LedgerIsGroundTruth(Violations violations) {
    super(violations);
  }

  @Override
  void check(World world) {
    Sum all = Sum.NOTHING;
    for (String policy : Invariants.policies(world)) {
      all = all.plus(Invariants.ledger(world, policy));
    }
    Sum gone = world.truth.files();
    for (String table : List.of("jobs", "sessions")) {
      Sum rows = world.truth.rowsOf(table);
      gone = gone.plus(rows);
      if (Invariants.ledger(world, table).rows() != rows.rows()) {
        violated(
            "of %s %s are gone, the ledger has %s", table, rows, Invariants.ledger(world, table));
      }
    }
    if (!all.equals(gone)) {
      violated("%s are gone, the ledger has %s", gone, all);
    }
  }
}

package dev.reclaim.simulation;

import dev.reclaim.events.OutcomeCounts;
import java.util.Map;
import java.util.TreeMap;

/** Statements that sum over what the ledger has of a run. */
final class RunAccountStatements {
  private final FakeDatabase database;

  RunAccountStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(this::account, "SELECT kind, coalesce(sum(rows), 0) AS rows", "GROUP BY kind");
    statements.add(this::notes, "SELECT DISTINCT note", "outcome -> 'notes'");
  }

  private record Account(OutcomeCounts counts, Sum sum) {
    static final Account NOTHING = new Account(OutcomeCounts.NONE, Sum.NOTHING);

    Account plus(Entry entry) {
      return new Account(
          counts.plus(RunEventStatements.outcome(entry).counts()),
          sum.plus(new Sum(entry.rows(), entry.files(), entry.bytes())));
    }
  }

  private Rows account(FakeSession session, Object[] given) {
    String run = new Values(given).word(0);
    Map<String, Account> kinds = new TreeMap<>();
    for (Entry entry : database.ledger.seenBy(session.transaction()).values()) {
      if (run.equals(entry.run())) {
        kinds.put(entry.kind(), kinds.getOrDefault(entry.kind(), Account.NOTHING).plus(entry));
      }
    }
    Rows rows =
        Rows.of(
            "kind",
            "rows",
            "files",
            "bytes",
            "deleted",
            "deletedInferred",
            "marked",
            "protected",
            "held",
            "refused",
            "locked",
            "changed",
            "missing",
            "failed",
            "quarantined",
            "purged",
            "restored");
    kinds.forEach((kind, account) -> add(rows, kind, account.sum(), account.counts()));
    return rows;
  }

  private static void add(Rows rows, String kind, Sum sum, OutcomeCounts counts) {
    rows.add(
        kind,
        sum.rows(),
        sum.files(),
        sum.bytes(),
        counts.deleted(),
        counts.deletedInferred(),
        counts.marked(),
        counts.guarded(),
        counts.held(),
        counts.refused(),
        counts.locked(),
        counts.changed(),
        counts.missing(),
        counts.failed(),
        counts.quarantined(),
        counts.purged(),
        counts.restored());
  }

  private Rows notes(FakeSession session, Object[] given) {
    String run = new Values(given).word(0);
    Rows rows = Rows.of("note");
    database.ledger.seenBy(session.transaction()).values().stream()
        .filter(entry -> run.equals(entry.run()))
        .flatMap(entry -> RunEventStatements.outcome(entry).notes().stream())
        .distinct()
        .sorted()
        .limit(20)
        .forEach(rows::add);
    return rows;
  }
}

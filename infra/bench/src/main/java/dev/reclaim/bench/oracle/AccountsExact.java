package dev.reclaim.bench.oracle;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ledger, outcomes, metrics and what really went are the same to the last byte: outcomes without
 * their duplicates, metrics for all time as well as summed over hours, over days and over labels.
 */
public final class AccountsExact implements Invariant {
  private static final String VANISHED =
      """
      SELECT p.tbl, p.key FROM planted p
       WHERE NOT EXISTS (SELECT 1 FROM gone g WHERE (g.tbl, g.key) = (p.tbl, p.key))
         AND NOT EXISTS (SELECT 1 FROM sessions s WHERE p.tbl = 'sessions' AND s.id = p.key)
         AND NOT EXISTS (SELECT 1 FROM jobs j WHERE p.tbl = 'jobs' AND j.id = p.key)
         AND NOT EXISTS (SELECT 1 FROM logs l WHERE p.tbl = 'logs' AND l.id = p.key)
       LIMIT 10
      """;

  private static final String OTHER_SIZE =
      """
      SELECT p.tbl, p.key, p.bytes, g.bytes FROM planted p
        JOIN gone g ON (g.tbl, g.key) = (p.tbl, p.key) AND g.bytes <> p.bytes LIMIT 5
      """;

  @Override
  public List<String> violations(Evidence evidence) throws SQLException {
    List<String> violations = new ArrayList<>();
    Accounts accounts = new Accounts(evidence);
    Sums truth = accounts.deleted();
    Sums planted = accounts.planted();
    if (!planted.equals(truth)) {
      violations.add("%s had to go, %s went".formatted(planted, truth));
    }
    evidence
        .query(VANISHED)
        .forEach(row -> violations.add("vanished: %s %s".formatted(row.toArray())));
    evidence
        .query(OTHER_SIZE)
        .forEach(
            row ->
                violations.add(
                    "%s %s was planted with %s bytes and went with %s".formatted(row.toArray())));
    Map<EventId, Sums> ledger = accounts.ledger();
    differ(violations, "the ledger", Sums.of(ledger.values()), truth);
    Map<EventId, Sums> outcomes = accounts.outcomes(violations);
    ledger.forEach(
        (event, sums) -> {
          if (!sums.equals(outcomes.get(event))) {
            violations.add(
                "%s is %s in the ledger and %s among the outcomes"
                    .formatted(event, sums, outcomes.get(event)));
          }
        });
    differ(violations, "the outcomes", Sums.of(outcomes.values()), truth);
    Map<String, Map<String, Sums>> metrics = accounts.metrics();
    Map<String, Sums> byPolicy = accounts.ledgerByPolicy();
    for (String window : List.of("all", "day", "hour")) {
      Map<String, Sums> sums = metrics.getOrDefault(window, Map.of());
      if (!sums.equals(byPolicy)) {
        violations.add("metrics by %s are %s, the ledger has %s".formatted(window, sums, byPolicy));
      }
    }
    metrics
        .getOrDefault("all" + Accounts.BY_LABEL, Map.of())
        .forEach(
            (policy, sums) -> {
              if (!sums.equals(byPolicy.get(policy))) {
                violations.add(
                    "labels of %s have %s, the ledger has %s"
                        .formatted(policy, sums, byPolicy.get(policy)));
              }
            });
    return violations;
  }

  private static void differ(List<String> violations, String what, Sums sums, Sums truth) {
    if (!sums.equals(truth)) {
      violations.add("%s says %s, but %s went".formatted(what, sums, truth));
    }
  }
}

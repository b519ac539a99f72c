package dev.reclaim.bench.oracle;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every event stands either in the ledger or among the dead letters. */
public final class OneLedgerEntryPerEvent implements Invariant {
  private static final List<String> WORK = List.of("expired-records", "orphaned-files");

  private static final String LEDGER = "SELECT source, id, planned_on::text FROM reclaim.ledger";

  @Override
  public List<String> violations(Evidence evidence) throws SQLException {
    Set<EventId> settled = new HashSet<>();
    evidence
        .query(LEDGER)
        .forEach(
            row ->
                settled.add(
                    new EventId(
                        String.valueOf(row.get(0)),
                        String.valueOf(row.get(1)),
                        String.valueOf(row.get(2)))));
    Set<EventId> dead = said(evidence, "dead-letters");
    Set<EventId> said = new HashSet<>();
    WORK.forEach(topic -> said.addAll(said(evidence, topic)));
    List<String> violations = new ArrayList<>();
    for (EventId event : said) {
      if (settled.contains(event) == dead.contains(event)) {
        violations.add(
            (dead.contains(event) ? "in the ledger and among the dead letters: " : "lost: ")
                + event);
      }
    }
    settled.stream()
        .filter(event -> !said.contains(event))
        .forEach(event -> violations.add("in the ledger, and nobody has said it: " + event));
    return violations;
  }

  private static Set<EventId> said(Evidence evidence, String topic) {
    Set<EventId> events = new HashSet<>();
    evidence.topic(topic).stream().map(EventId::of).flatMap(Optional::stream).forEach(events::add);
    return events;
  }
}

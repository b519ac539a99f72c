package dev.reclaim.check;

import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Reference;
import java.util.List;

/** Whether what names files of a store can be read, by us and all of it. */
final class FileReferencesCheck {
  private final Live live;
  private final Report report;

  FileReferencesCheck(Live live, Report report) {
    this.live = live;
    this.report = report;
  }

  /** Looks at those references of a policy that are in this database. */
  void check(FilePolicy policy, String database) {
    for (int i = 0; i < policy.references().size(); i++) {
      Reference reference = policy.references().get(i);
      if (reference.table().database().equals(database)) {
        check("referenced-by[%d]".formatted(i), reference);
      }
    }
  }

  private void check(String part, Reference reference) {
    TableCheck tables = new TableCheck(live, report);
    List<NeededRights.Needed> needed = List.of(NeededRights.of(part + ".table", reference));
    tables
        .referring(part + ".table", reference.table())
        .ifPresent(
            shape -> {
              RightsCheck.check(needed, live, report);
              RowSecurityCheck.check(needed, live, report);
              if (!(reference instanceof Reference.Column column)
                  || tables.column(part + ".column", shape, column.column()).isPresent()) {
                read(part, reference);
              }
            });
  }

  /** Has the database plan the reading, which finds missing rights and hidden rows, too. */
  private void read(String part, Reference reference) {
    String key = part + (reference instanceof Reference.Column ? ".column" : ".expression");
    Explain explain = new Explain(live.handle());
    try {
      explain
          .attempt(
              () -> {
                String from = ReferenceTexts.of(live.handle(), reference).from();
                Explain.plan(live.handle(), "SELECT " + ReferenceTexts.TEXT + from);
              })
          .filter(it -> !(it.isOfRights() && report.hasErrors()))
          .ifPresent(it -> report.error(key, it.words(key), it.mend()));
    } catch (UnusableReferenceException e) {
      report.error(part + "." + e.part(), e.what(), e.mend());
    }
  }
}

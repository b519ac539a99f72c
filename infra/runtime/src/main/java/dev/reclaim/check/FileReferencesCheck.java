package dev.reclaim.check;

import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Reference;
import dev.reclaim.references.ReferenceCheck;
import dev.reclaim.store.PlainForm;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether what names files of a store can be read, by us and all of it. */
final class FileReferencesCheck {
  private final Live live;

  /** Below it, the whole table is read in no time. */
  private static final long INDEX_ROWS_MIN = 50_000;

  private static final String ROWS =
      "SELECT reltuples FROM pg_class WHERE oid = to_regclass(:table)";

  private final Report report;
  private final PlainForm plain;

  /**
   * A check for one policy.
   *
   * @param plain of the policy's store
   */
  FileReferencesCheck(Live live, Report report, PlainForm plain) {
    this.plain = plain;
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
          .ifPresentOrElse(
              it -> report.error(key, it.words(key), it.mend()),
              () -> explain.attempt(() -> index(part, reference)));
    } catch (UnusableReferenceException e) {
      report.error(part + "." + e.part(), e.what(), e.mend());
    }
  }

  /** Each file is looked for once more before it goes, in every column. */
  private void index(String part, Reference reference) throws SQLException {
    if (!(reference instanceof Reference.Column column) || rows(column) < INDEX_ROWS_MIN) {
      return;
    }
    Optional<String> key = ReferenceCheck.index(live.handle(), column, plain);
    if (key.isPresent() && !ReferenceCheck.isIndexed(live.handle(), column, plain)) {
      report.note(
          part + ".column",
          "no index tells which rows of %s may name a file, so each event has the whole table read"
              .formatted(column.table()),
          new Indexes(live).create(column.table(), key.get())
              + "; ANALYZE "
              + column.table().sql());
    }
  }

  private long rows(Reference.Column column) {
    return live.handle()
        .createQuery(ROWS)
        .bind("table", column.table().sql())
        .mapTo(Double.class)
        .findOne()
        .orElse(0.0)
        .longValue();
  }
}

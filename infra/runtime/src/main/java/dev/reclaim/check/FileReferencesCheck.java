package dev.reclaim.check;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.Sql;
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
              if (reference instanceof Reference.Column column) {
                tables
                    .column(part + ".column", shape, column.column())
                    .ifPresent(it -> column(part, column, it));
              } else {
                read(part + ".expression", reference);
              }
            });
  }

  private void column(String part, Reference.Column reference, Column column) {
    ColumnType type = new ColumnType(column.type());
    if (!type.isJson() && !type.isText() && !type.isArray()) {
      report.error(
          part + ".column",
          "the column %s of type %s names no file".formatted(column.name(), column.type()),
          "name a column of texts, arrays of texts or JSON");
    } else if (!type.isJson() && reference.path().isPresent()) {
      report.error(
          part + ".path",
          "the column %s of type %s is no JSON document".formatted(column.name(), column.type()),
          "remove \"path\"");
    } else {
      reference
          .path()
          .flatMap(
              path ->
                  new Explain(live.handle())
                      .query("SELECT %s::jsonpath".formatted(Sql.literal(path))))
          .ifPresent(it -> report.error(part + ".path", it.words(part + ".path"), it.mend()));
    }
  }

  private void read(String part, Reference reference) {
    new Explain(live.handle())
        .query(
            "SELECT CASE WHEN true THEN %1$s END::text, %1$s::text FROM %2$s"
                .formatted(reference.sql(), reference.table().sql()))
        .filter(it -> !(it.isOfRights() && report.hasErrors()))
        .ifPresent(it -> report.error(part, it.words(part), it.mend()));
  }
}

package dev.reclaim.check;

import dev.reclaim.database.TableShape;
import dev.reclaim.policy.Nearest;
import dev.reclaim.policy.TableName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether there is such a table, and whether it is one. */
final class TableCheck {
  private static final String KIND = "SELECT relkind::text FROM pg_class WHERE oid = :table";
  private static final String NEIGHBOURS =
      """
      SELECT c.relname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = :schema AND c.relkind IN ('r', 'p', 'v')
       ORDER BY 1
      """;
  private static final String SCHEMAS = "SELECT nspname FROM pg_namespace ORDER BY 1";
  private static final Set<String> RESERVED =
      Set.of("reclaim", "pg_catalog", "information_schema", "pg_toast");

  private final Live live;
  private final Report report;

  TableCheck(Live live, Report report) {
    this.live = live;
    this.report = report;
  }

  /** A table whose rows a policy may take; empty where it is none, which is reported. */
  Optional<TableShape> owned(String part, TableName table) {
    if (RESERVED.contains(table.schema())) {
      report.error(
          part,
          "the schema %s is Reclaim's or PostgreSQL's own".formatted(table.schema()),
          "name a table of the application");
      return Optional.empty();
    }
    Optional<TableShape> shape = there(part, table);
    String kind = shape.map(it -> kind(table)).orElse("");
    if (!kind.equals("r") && !kind.equals("p")) {
      shape.ifPresent(
          it ->
              report.error(
                  part,
                  "%s is %s, whose rows are not its own".formatted(table, word(kind)),
                  "name the table behind it"));
      return Optional.empty();
    }
    if (shape.isPresent() && shape.get().primaryKey().isEmpty()) {
      report.error(
          part,
          "the table %s has no primary key".formatted(table),
          "add one, or a unique index over columns that are NOT NULL");
      return Optional.empty();
    }
    return shape;
  }

  /** A table or view that only refers; empty where there is none, which is reported. */
  Optional<TableShape> referring(String part, TableName table) {
    Optional<TableShape> shape = there(part, table);
    String kind = shape.map(it -> kind(table)).orElse("");
    if (kind.equals("m")) {
      report.error(
          part,
          "%s is a materialized view, which shows references as they were when it was refreshed"
              .formatted(table),
          "name the tables behind it");
    } else if (kind.equals("f")) {
      report.warning(
          part,
          "%s is a foreign table, which takes part in no lock and no snapshot of this database"
              .formatted(table),
          "keep the retention longer than its writers take");
    }
    return shape;
  }

  /** A column of the table; empty where there is none, which is reported. */
  Optional<TableShape.Column> column(String part, TableShape shape, String name) {
    Optional<TableShape.Column> column = shape.column(name);
    if (column.isEmpty()) {
      List<String> names = shape.columns().stream().map(TableShape.Column::name).toList();
      report.error(
          part,
          "the table %s has no column %s".formatted(shape.table(), name),
          Nearest.to(name, names)
              .map("did you mean %s?"::formatted)
              .orElse("it has: " + String.join(", ", names)));
    }
    return column;
  }

  private Optional<TableShape> there(String part, TableName table) {
    Optional<TableShape> shape = live.tables().find(table);
    if (shape.isEmpty()) {
      List<String> schemas = live.handle().createQuery(SCHEMAS).mapTo(String.class).list();
      boolean known = schemas.contains(table.schema());
      List<String> near =
          known
              ? live.handle()
                  .createQuery(NEIGHBOURS)
                  .bind("schema", table.schema())
                  .mapTo(String.class)
                  .list()
              : schemas;
      report.error(
          part,
          known
              ? "there is no table %s".formatted(table)
              : "there is no schema %s in database %s".formatted(table.schema(), table.database()),
          Nearest.to(known ? table.table() : table.schema(), near)
              .map("did you mean %s?"::formatted)
              .orElse("create it, or correct the name"));
    }
    return shape;
  }

  private String kind(TableName table) {
    return live.ask(KIND, table).stream()
        .map(row -> String.valueOf(row.get("relkind")))
        .findFirst()
        .orElse("");
  }

  private static String word(String kind) {
    return switch (kind) {
      case "v" -> "a view";
      case "m" -> "a materialized view";
      case "f" -> "a foreign table";
      default -> "no table";
    };
  }
}

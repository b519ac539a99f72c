package dev.reclaim.check;

import dev.reclaim.check.Grants.Right;
import dev.reclaim.check.NeededRights.Needed;
import dev.reclaim.database.Catalog;
import dev.reclaim.policy.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the database's role may do all that is needed, with the statements that allow it. */
final class RightsCheck {
  private static final String USAGE =
      """
      SELECT has_schema_privilege(relnamespace, 'USAGE') FROM pg_class WHERE oid = :table
      """;

  private static final String WHOLE = "SELECT has_table_privilege(CAST(:table AS oid), :right)";

  private static final String COLUMN =
      """
      SELECT has_column_privilege(CAST(:table AS oid), :column, :right)
      """;

  private RightsCheck() {}

  static void check(Collection<Needed> needed, Live live, Report report) {
    needed.forEach(each -> check(each, live, report));
  }

  private static void check(Needed needed, Live live, Report report) {
    TableName table = needed.table();
    if (Catalog.oid(live.handle(), table).isEmpty()) {
      return;
    }
    if (!live.holds(USAGE, table)) {
      report.error(
          needed.part(),
          "the role %s may not use the schema %s".formatted(live.role(), table.schema()),
          Grants.usage(table.schema(), live.role()));
    }
    Grants missing = new Grants();
    needed
        .grants()
        .of(table)
        .forEach(
            (right, columns) -> {
              if (columns.isEmpty() && !has(live, table, right)) {
                missing.need(table, right);
              } else if (!columns.isEmpty() && !hasColumns(live, table, right, columns)) {
                missing.need(table, right, columns);
              }
            });
    if (!missing.isEmpty()) {
      List<String> statements = missing.sql(live.role());
      report.error(
          needed.part(),
          "the role %s may not %s %s".formatted(live.role(), words(missing.of(table)), table),
          statements.get(statements.size() - 1));
    }
  }

  private static boolean hasColumns(Live live, TableName table, Right right, Set<String> columns) {
    return has(live, table, right)
        || columns.stream().allMatch(column -> hasColumn(live, table, right, column));
  }

  private static boolean has(Live live, TableName table, Right right) {
    return live.handle()
        .createQuery(WHOLE)
        .bind("table", Catalog.oid(live.handle(), table).orElseThrow())
        .bind("right", right.name())
        .mapTo(Boolean.class)
        .one();
  }

  private static boolean hasColumn(Live live, TableName table, Right right, String column) {
    boolean there = live.tables().find(table).flatMap(shape -> shape.column(column)).isPresent();
    return !there
        || live.handle()
            .createQuery(COLUMN)
            .bind("table", Catalog.oid(live.handle(), table).orElseThrow())
            .bind("column", column)
            .bind("right", right.name())
            .mapTo(Boolean.class)
            .one();
  }

  private static String words(Map<Right, Set<String>> rights) {
    return rights.keySet().stream().map(Right::name).collect(Collectors.joining(", "));
  }
}

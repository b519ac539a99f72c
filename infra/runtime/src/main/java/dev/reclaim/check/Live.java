package dev.reclaim.check;

import dev.reclaim.database.Catalog;
import dev.reclaim.database.LiveTypes;
import dev.reclaim.policy.TableName;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * One database under a check, in a transaction that is read-only.
 *
 * @param role who we are there
 */
record Live(Handle handle, LiveTypes tables, String role) {
  private static final String LIMITS =
      """
      SET TRANSACTION READ ONLY;
      SET LOCAL statement_timeout = '30s';
      SET LOCAL lock_timeout = '2s'
      """;

  private static final String PARTITIONS =
      """
      SELECT n.nspname, c.relname
        FROM pg_partition_tree(CAST(CAST(:table AS oid) AS regclass)) p
        JOIN pg_class c ON c.oid = p.relid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE p.level > 0
       ORDER BY n.nspname, c.relname
      """;

  static Live of(Handle handle) {
    handle.execute(LIMITS);
    return new Live(
        handle,
        new LiveTypes(handle),
        handle.createQuery("SELECT current_user").mapTo(String.class).one());
  }

  /** Columns of a table's key; none where there is no such table. */
  List<String> key(TableName table) {
    return tables.find(table).isPresent() ? tables.key(table) : List.of();
  }

  /** The partitions that hold a partitioned table's rows; none of any other. */
  List<TableName> partitions(TableName table) {
    return ask(PARTITIONS, table).stream()
        .map(
            row ->
                new TableName(
                    table.database(),
                    String.valueOf(row.get("nspname")),
                    String.valueOf(row.get("relname"))))
        .toList();
  }

  /** Rows of a query of the catalog about one table, which is its parameter {@code :table}. */
  List<Map<String, Object>> ask(String sql, TableName table) {
    return Catalog.oid(handle, table)
        .map(oid -> handle.createQuery(sql).bind("table", oid).mapToMap().list())
        .orElse(List.of());
  }

  /** Whether a query about one table says true; false where there is no such table. */
  boolean holds(String sql, TableName table) {
    return Catalog.oid(handle, table)
        .map(oid -> handle.createQuery(sql).bind("table", oid).mapTo(Boolean.class).one())
        .orElse(false);
  }
}

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

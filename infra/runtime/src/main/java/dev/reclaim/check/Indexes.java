package dev.reclaim.check;

import dev.reclaim.database.Catalog;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Which indexes of tables serve a look at some of their columns, and SQL of those that would. */
record Indexes(Live live) {
  private static final String PARTITIONED = "SELECT relkind = 'p' FROM pg_class WHERE oid = :table";

  /** First column or expression of each index that is valid and whole. */
  private static final String LEADING =
      """
      SELECT pg_get_indexdef(indexrelid, 1, true) AS leading
        FROM pg_index
       WHERE indrelid = :table AND indisvalid AND indpred IS NULL
      """;

  private static final String BEGINS =
      """
      SELECT EXISTS (SELECT 1 FROM pg_index i
                      WHERE i.indrelid = :table AND i.indisvalid AND i.indpred IS NULL
                        AND (SELECT array_agg(a.attname::text ORDER BY a.attname::text)
                               FROM generate_series(0, cardinality(CAST(:columns AS text[])) - 1) p
                               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p])
                          = (SELECT array_agg(c ORDER BY c) FROM unnest(CAST(:columns AS text[])) c))
      """;

  /** Whether an index begins with the columns, in whatever order. */
  boolean begin(TableName table, Collection<String> columns) {
    return Catalog.oid(live.handle(), table)
        .map(
            oid ->
                live.handle()
                    .createQuery(BEGINS)
                    .bind("table", oid)
                    .bindArray("columns", String.class, List.copyOf(columns))
                    .mapTo(Boolean.class)
                    .one())
        .orElse(false);
  }

  /**
   * Whether an index begins with a column or with an expression over it.
   *
   * @param key the column or expression, quoted
   */
  boolean lead(TableName table, String key) {
    return live.ask(LEADING, table).stream()
        .map(index -> bare(String.valueOf(index.get("leading"))))
        .anyMatch(bare(key)::equals);
  }

  /** PostgreSQL writes a name in quotes only where it has to, and an expression in its own way. */
  private static String bare(String expression) {
    return expression.replaceAll("[\"()]|::text|::character varying", "");
  }

  /** SQL that makes an index; on a partitioned table it cannot be made concurrently. */
  String create(TableName table, String key) {
    return "CREATE INDEX %sON %s (%s)"
        .formatted(live.holds(PARTITIONED, table) ? "" : "CONCURRENTLY ", table.sql(), key);
  }

  /** Names of columns, quoted. */
  static String columns(Collection<String> columns) {
    return columns.stream().map(Sql::identifier).collect(Collectors.joining(", "));
  }
}

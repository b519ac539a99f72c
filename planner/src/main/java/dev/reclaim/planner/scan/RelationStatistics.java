package dev.reclaim.planner.scan;

import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import dev.reclaim.planner.scan.ScanChoice.Known;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/** What the database knows of a relation without reading it. */
final class RelationStatistics {
  private static final Pattern ROWS = Pattern.compile("\"Plan Rows\": (\\d+)");

  private static final String KNOWN =
      """
      SELECT c.reltuples::float8 AS rows, coalesce(s.correlation, 0)::float8 AS correlation,
             coalesce((SELECT max(f) FROM unnest(s.most_common_freqs) AS f), 0)::float8 AS tied,
             (SELECT i.indexrelid::regclass::text
                FROM pg_index i
                JOIN pg_class x ON x.oid = i.indexrelid
                JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
                JOIN pg_opclass o ON o.oid = i.indclass[0] AND o.opcdefault
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = c.oid AND a.attname = :by AND i.indisvalid AND i.indisready
                 AND i.indpred IS NULL
               ORDER BY i.indnatts, i.indexrelid
               LIMIT 1) AS index
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
             AND s.attname = :by AND NOT s.inherited
       WHERE c.oid = CAST(:relation AS regclass)
      """;

  private RelationStatistics() {}

  /** Empty where rows do not age, or by a column that no index can bound. */
  static Optional<Known> of(Handle handle, Heap heap, RowTarget target, Instant cutoff)
      throws SQLException {
    Optional<String> bound = target.predicate().foreseenAgeBound(cutoff);
    if (bound.isEmpty()) {
      return Optional.empty();
    }
    double expired = expired(handle, heap, target.policy().table().alias(), bound.get());
    return handle
        .createQuery(KNOWN)
        .bind("by", target.policy().expiry().age().orElseThrow().by())
        .bind("relation", heap.name())
        .map((row, context) -> known(row, heap.blocks(), expired))
        .findOne();
  }

  private static Known known(ResultSet row, long blocks, double expired) throws SQLException {
    return new Known(
        blocks,
        row.getDouble("rows"),
        expired,
        Optional.ofNullable(row.getString("index")),
        row.getDouble("correlation"),
        row.getDouble("tied"));
  }

  private static double expired(Handle handle, Heap heap, String alias, String bound)
      throws SQLException {
    String plan;
    try (var statement = handle.getConnection().createStatement();
        ResultSet row =
            statement.executeQuery(
                "EXPLAIN (FORMAT JSON) SELECT 1 FROM ONLY %s AS %s WHERE %s"
                    .formatted(heap.name(), alias, bound))) {
      row.next();
      plan = row.getString(1);
    }
    Matcher rows = ROWS.matcher(plan);
    return rows.find() ? Double.parseDouble(rows.group(1)) : Double.MAX_VALUE;
  }
}

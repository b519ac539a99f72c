package dev.reclaim.space;

import dev.reclaim.policy.TableName;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What a table takes on disk now, all its partitions together.
 *
 * @param blocks pages of rows
 * @param blockBytes of one page
 * @param rowsPerPage as the database last saw it; 0 where it never looked
 * @param heapBytes of rows, with the maps of free and visible pages
 * @param toastBytes of values out of line, with their index
 */
record RelationSizes(
    long blocks,
    int blockBytes,
    double rowsPerPage,
    long heapBytes,
    long toastBytes,
    List<Index> indexes) {
  private static final String LEAVES =
      """
      WITH leaf AS (
        SELECT c.oid, c.reltoastrelid, c.reltuples, c.relpages
          FROM (SELECT relid FROM pg_partition_tree(to_regclass(:table)) WHERE isleaf
                UNION SELECT to_regclass(:table)) AS part
          JOIN pg_class c ON c.oid = part.relid AND c.relkind = 'r'),
      size AS (
        SELECT oid, reltuples, relpages, pg_table_size(oid) AS whole,
               CASE WHEN reltoastrelid = 0 THEN 0 ELSE pg_total_relation_size(reltoastrelid) END AS toast
          FROM leaf)
      """;

  private static final String TABLE =
      LEAVES
          + """
          SELECT coalesce(sum(pg_relation_size(oid)), 0)::bigint / current_setting('block_size')::int AS blocks,
                 current_setting('block_size')::int AS block_bytes,
                 coalesce(sum(whole - toast), 0)::bigint AS heap, coalesce(sum(toast), 0)::bigint AS toast,
                 coalesce(sum(greatest(reltuples, 0)) / nullif(sum(relpages), 0), 0)::float8 AS rows_per_page
            FROM size
          """;

  private static final String INDEXES =
      LEAVES
          + """
          SELECT pg_get_expr(i.indpred, i.indrelid) AS predicate, sum(pg_relation_size(i.indexrelid))::bigint AS bytes
            FROM leaf
            JOIN pg_index i ON i.indrelid = leaf.oid
           GROUP BY predicate
          """;

  /**
   * All indexes that hold the same rows.
   *
   * @param predicate SQL of what they hold; all rows where it is empty
   */
  record Index(Optional<String> predicate, long bytes) {}

  static RelationSizes of(Handle handle, TableName table) {
    List<Index> indexes =
        handle
            .createQuery(INDEXES)
            .bind("table", table.sql())
            .map(
                (row, context) ->
                    new Index(
                        Optional.ofNullable(row.getString("predicate")), row.getLong("bytes")))
            .list();
    return handle
        .createQuery(TABLE)
        .bind("table", table.sql())
        .map(
            (row, context) ->
                new RelationSizes(
                    row.getLong("blocks"),
                    row.getInt("block_bytes"),
                    row.getDouble("rows_per_page"),
                    row.getLong("heap"),
                    row.getLong("toast"),
                    indexes))
        .one();
  }
}

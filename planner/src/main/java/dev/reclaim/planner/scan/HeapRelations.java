package dev.reclaim.planner.scan;

import dev.reclaim.policy.TableName;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The relations that hold a table's rows: the table itself, or the leaves of a partitioned one. */
final class HeapRelations {
  private static final String LEAVES =
      """
      SELECT format('%I.%I', n.nspname, c.relname) AS relation,
             (pg_relation_size(c.oid) + current_setting('block_size')::bigint - 1)
               / current_setting('block_size')::bigint AS blocks
        FROM (SELECT relid FROM pg_partition_tree(to_regclass(:table)) WHERE isleaf
              UNION SELECT to_regclass(:table)) AS leaf
        JOIN pg_class c ON c.oid = leaf.relid AND c.relkind = 'r'
        JOIN pg_namespace n ON n.oid = c.relnamespace
      """;

  private HeapRelations() {}

  /**
   * A relation and its size now.
   *
   * @param name quoted
   */
  record Heap(String name, long blocks) {}

  /** By their names, so that who goes on after one that is gone knows where. */
  static List<Heap> of(Handle handle, TableName table) {
    return handle
        .createQuery(LEAVES)
        .bind("table", table.sql())
        .map((row, context) -> new Heap(row.getString("relation"), row.getLong("blocks")))
        .stream()
        .sorted(Comparator.comparing(Heap::name))
        .toList();
  }
}

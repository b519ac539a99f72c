package dev.reclaim.worker.partitions;

import dev.reclaim.partitions.WholePartition;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** Where a partition stands now, known by its own number and its name. */
enum Standing {
  /** With its table, by the bound that it had. */
  ATTACHED,
  /** Hidden from new statements; to be finalized. */
  DETACHING,
  /** A table of its own. */
  DETACHED,
  /** Renamed, or a partition by another bound or of another table. */
  SOMEBODY_ELSES,
  GONE;

  private static final String NOW =
      """
      SELECT format('%I.%I', n.nspname, c.relname) = :name AND c.relkind = 'r' AS same,
             i.inhparent IS NULL AND NOT c.relispartition AS alone,
             coalesce(i.inhdetachpending, false) AS pending,
             CAST(i.inhparent AS bigint) = :parent AND pg_get_expr(c.relpartbound, c.oid) = :bound AS as_it_was
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
       WHERE c.oid = CAST(:relation AS oid)
      """;

  static Standing of(Handle handle, WholePartition partition) {
    return handle
        .createQuery(NOW)
        .bind("relation", partition.relation())
        .bind("name", partition.name())
        .bind("parent", partition.parent())
        .bind("bound", partition.bound())
        .map((row, context) -> of(row))
        .findFirst()
        .orElse(GONE);
  }

  private static Standing of(ResultSet row) throws SQLException {
    if (!row.getBoolean("same")) {
      return SOMEBODY_ELSES;
    }
    if (row.getBoolean("alone")) {
      return DETACHED;
    }
    if (!row.getBoolean("as_it_was")) {
      return SOMEBODY_ELSES;
    }
    return row.getBoolean("pending") ? DETACHING : ATTACHED;
  }
}

package dev.reclaim.database;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.database.TableShape.Kind;
import dev.reclaim.policy.TableName;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads shapes of tables from the live catalog. */
public final class Catalog {
  /** By its names, so that no right on the schema is needed. */
  private static final String OID =
      """
      SELECT c.oid
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = :schema AND c.relname = :table
      """;

  private static final String KIND =
      "SELECT relkind::text FROM pg_class WHERE oid = CAST(:table AS oid)";

  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type,
             (WITH RECURSIVE domain AS (
                SELECT a.atttypid AS type, a.atttypmod AS modifier
                UNION ALL
                SELECT t.typbasetype, t.typtypmod
                  FROM domain d JOIN pg_type t ON t.oid = d.type AND t.typtype = 'd')
              SELECT format_type(d.type, d.modifier)
                FROM domain d JOIN pg_type t ON t.oid = d.type AND t.typtype <> 'd') AS base,
             a.attgenerated <> 'v' AS stored
        FROM pg_attribute a
       WHERE a.attrelid = CAST(:table AS oid) AND a.attnum > 0 AND NOT a.attisdropped
       ORDER BY a.attnum
      """;

  /**
   * The primary key, or else the unique index of fewest columns that names every row. Types come
   * without their lengths: a cast to varchar(4) would cut a longer text to another key.
   */
  private static final String KEY =
      """
      SELECT a.attname,
             format_type(a.atttypid, -1)
               || CASE WHEN l.collisdeterministic IS FALSE
                       THEN format(' COLLATE %I.%I', l.collnamespace::regnamespace, l.collname)
                       ELSE '' END AS type
        FROM (SELECT i.indrelid, i.indkey, i.indnkeyatts
                FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
               WHERE i.indrelid = CAST(:table AS oid)
                 AND (i.indisprimary
                      OR (i.indisunique AND i.indisvalid AND i.indisready AND i.indimmediate
                          AND i.indpred IS NULL AND i.indexprs IS NULL
                          AND NOT EXISTS (SELECT 1
                                            FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
                                            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                                           WHERE k.ord <= i.indnkeyatts AND NOT a.attnotnull)))
               ORDER BY i.indisprimary DESC, i.indnkeyatts, c.relname
               LIMIT 1) AS i
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
       WHERE k.ord <= i.indnkeyatts
       ORDER BY k.ord
      """;

  /**
   * Foreign keys that point at the table, at one of its partitions, or at what it is a partition
   * of. A referring table has its index if each of its partitions has one.
   */
  private static final String INBOUND =
      """
      SELECT c.conname, n.nspname, r.relname, c.confdeltype::text AS on_delete,
             (SELECT array_agg(a.attname::text ORDER BY k.ord)
                FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns,
             (SELECT array_agg(a.attname::text ORDER BY k.ord)
                FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS referenced,
             (SELECT format('%I.%I', p.relnamespace::regnamespace, p.relname)
                FROM pg_class p
               WHERE p.oid = c.confrelid AND p.oid <> CAST(:table AS oid)
                 AND p.oid IN (SELECT relid FROM pg_partition_tree(CAST(:table AS oid)))) AS partition,
             NOT EXISTS (
               SELECT 1
                 FROM (SELECT relid FROM pg_partition_tree(c.conrelid) WHERE isleaf
                       UNION SELECT c.conrelid WHERE r.relkind <> 'p') AS heap
                WHERE NOT EXISTS (
                  SELECT 1
                    FROM pg_index i
                    JOIN pg_class ic ON ic.oid = i.indexrelid
                    JOIN pg_am am ON am.oid = ic.relam AND am.amname IN ('btree', 'hash')
                   WHERE i.indrelid = heap.relid AND i.indisvalid AND i.indisready AND i.indpred IS NULL
                     AND i.indnkeyatts >= cardinality(c.conkey)
                     AND (SELECT array_agg(a.attname ORDER BY a.attname)
                            FROM unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
                            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                           WHERE k.ord <= cardinality(c.conkey))
                       = (SELECT array_agg(a.attname ORDER BY a.attname)
                            FROM pg_attribute a
                           WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)))) AS indexed
        FROM pg_constraint c
        JOIN pg_class r ON r.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = r.relnamespace
       WHERE c.contype = 'f' AND c.conparentid = 0
         AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'
         AND (c.confrelid = CAST(:table AS oid)
              OR c.confrelid IN (SELECT relid FROM pg_partition_tree(CAST(:table AS oid)))
              OR c.confrelid IN (SELECT relid FROM pg_partition_ancestors(CAST(:table AS oid))))
       ORDER BY n.nspname, r.relname, c.conname
      """;

  private static final String OUTBOUND =
      """
      SELECT c.conname
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
       WHERE c.contype = 'f' AND c.conrelid = CAST(:table AS oid) AND a.attname = :column
       ORDER BY c.conname
      """;

  private Catalog() {}

  /** The table's shape; empty where there is no such table. */
  public static Optional<TableShape> find(Handle handle, TableName table) {
    return oid(handle, table)
        .map(oid -> shape(handle, table, oid))
        .filter(shape -> !shape.columns().isEmpty());
  }

  /** The table's own number; empty where there is no such table. */
  public static Optional<Long> oid(Handle handle, TableName table) {
    return handle
        .createQuery(OID)
        .bind("schema", table.schema())
        .bind("table", table.table())
        .mapTo(Long.class)
        .findOne();
  }

  /** Names of the foreign keys that a column of a table is part of. */
  static List<String> outbound(Handle handle, TableName table, String column) {
    return oid(handle, table)
        .map(
            oid ->
                handle
                    .createQuery(OUTBOUND)
                    .bind("table", oid)
                    .bind("column", column)
                    .mapTo(String.class)
                    .list())
        .orElse(List.of());
  }

  private static TableShape shape(Handle handle, TableName table, long oid) {
    return new TableShape(
        table,
        kind(handle, oid),
        columns(handle, oid),
        key(handle, oid),
        inbound(handle, table, oid));
  }

  private static Kind kind(Handle handle, long oid) {
    String kind = handle.createQuery(KIND).bind("table", oid).mapTo(String.class).one();
    return switch (kind) {
      case "r" -> Kind.TABLE;
      case "p" -> Kind.PARTITIONED;
      case "f" -> Kind.FOREIGN;
      default -> Kind.VIEW;
    };
  }

  private static List<Column> columns(Handle handle, long oid) {
    return handle
        .createQuery(COLUMNS)
        .bind("table", oid)
        .map(
            (row, context) ->
                new Column(
                    row.getString("attname"),
                    row.getString("type"),
                    row.getString("base"),
                    row.getBoolean("stored")))
        .list();
  }

  private static List<Column> key(Handle handle, long oid) {
    return handle
        .createQuery(KEY)
        .bind("table", oid)
        .map((row, context) -> new Column(row.getString("attname"), row.getString("type")))
        .list();
  }

  private static List<InboundKey> inbound(Handle handle, TableName table, long oid) {
    return handle
        .createQuery(INBOUND)
        .bind("table", oid)
        .map((row, context) -> inbound(table.database(), row))
        .list();
  }

  private static InboundKey inbound(String database, ResultSet row) throws SQLException {
    String onDelete = row.getString("on_delete");
    return new InboundKey(
        row.getString("conname"),
        new TableName(database, row.getString("nspname"), row.getString("relname")),
        texts(row.getArray("columns")),
        texts(row.getArray("referenced")),
        onDelete.equals("c"),
        onDelete.equals("a") || onDelete.equals("r"),
        row.getBoolean("indexed"),
        Optional.ofNullable(row.getString("partition")));
  }

  private static List<String> texts(Array array) throws SQLException {
    return Arrays.asList((String[]) array.getArray());
  }
}

package dev.reclaim.database;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.database.TableShape.InboundKey;
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

  private static final String COLUMNS =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type
        FROM pg_attribute a
       WHERE a.attrelid = CAST(:table AS oid) AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attgenerated <> 'v'
       ORDER BY a.attnum
      """;

  /** Types without their lengths: a cast to varchar(4) would cut a longer text to another key. */
  private static final String PRIMARY_KEY =
      """
      SELECT a.attname, format_type(a.atttypid, -1) AS type
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, ord)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
       WHERE i.indrelid = CAST(:table AS oid) AND i.indisprimary
       ORDER BY k.ord
      """;

  private static final String INBOUND =
      """
      SELECT c.conname, n.nspname, r.relname, c.confdeltype::text AS on_delete,
             (SELECT array_agg(a.attname::text ORDER BY k.ord)
                FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns,
             (SELECT array_agg(a.attname::text ORDER BY k.ord)
                FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, ord)
                JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS referenced,
             EXISTS (SELECT 1 FROM pg_index i
                      WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
                        AND (SELECT array_agg(i.indkey[p] ORDER BY i.indkey[p])
                               FROM generate_series(0, cardinality(c.conkey) - 1) p)
                          = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k)) AS indexed
        FROM pg_constraint c
        JOIN pg_class r ON r.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = r.relnamespace
       WHERE c.contype = 'f' AND c.confrelid = CAST(:table AS oid) AND c.conparentid = 0
       ORDER BY n.nspname, r.relname, c.conname
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

  private static TableShape shape(Handle handle, TableName table, long oid) {
    List<InboundKey> inbound =
        handle
            .createQuery(INBOUND)
            .bind("table", oid)
            .map((row, context) -> inbound(table.database(), row))
            .list();
    return new TableShape(
        table, columns(handle, COLUMNS, oid), columns(handle, PRIMARY_KEY, oid), inbound);
  }

  private static List<Column> columns(Handle handle, String sql, long oid) {
    return handle
        .createQuery(sql)
        .bind("table", oid)
        .map((row, context) -> new Column(row.getString("attname"), row.getString("type")))
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
        row.getBoolean("indexed"));
  }

  private static List<String> texts(Array array) throws SQLException {
    return Arrays.asList((String[]) array.getArray());
  }
}

package dev.reclaim.database;

import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the catalog says of a table.
 *
 * @param columns columns in their order
 * @param primaryKey columns by which rows are named, in their order: of the primary key, or else of
 *     a unique index; empty where there is neither
 * @param inbound foreign keys of other tables, or its own, that point here, at a partition of the
 *     table or at what it is a partition of
 */
public record TableShape(
    TableName table,
    Kind kind,
    List<Column> columns,
    List<Column> primaryKey,
    List<InboundKey> inbound) {

  /** What stands under a table's name. */
  public enum Kind {
    TABLE,
    PARTITIONED,
    /** A table of another server. */
    FOREIGN,
    /** Or whatever else has columns and no rows of its own. */
    VIEW
  }

  /**
   * A column.
   *
   * @param type as SQL would cast to it; of a key's column without lengths, and with a collation
   *     that takes different texts for equal
   * @param base the type below all domains
   * @param stored whether a row holds its value
   */
  public record Column(String name, String type, String base, boolean stored) {
    /** A stored column of a type that is no domain. */
    public Column(String name, String type) {
      this(name, type, type, true);
    }
  }

  /**
   * A foreign key that points at the table.
   *
   * @param columns of the referring table
   * @param referenced columns here, in the same order
   * @param cascades whether the database deletes the referring row along
   * @param restricts whether the database refuses to delete a row that is referred to
   * @param indexed whether an index begins with the columns; without one every deleted row costs a
   *     scan
   * @param partition the only partition of the table that it points at, quoted
   */
  public record InboundKey(
      String constraint,
      TableName referring,
      List<String> columns,
      List<String> referenced,
      boolean cascades,
      boolean restricts,
      boolean indexed,
      Optional<String> partition) {}

  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** Whether rows can be planned and deleted here: they are stored under this name. */
  public boolean holdsRows() {
    return kind == Kind.TABLE || kind == Kind.PARTITIONED;
  }

  /**
   * SQL of the table in a statement: with all partitions, but without tables that only inherit from
   * it, whose rows are named by no key of this one.
   */
  public String from() {
    return (kind == Kind.TABLE ? "ONLY " : "") + table.sql();
  }

  /** SQL of the stored size of one row in bytes, TOAST as it is stored; nothing is decompressed. */
  public String rowBytes() {
    return rowBytes(table.alias());
  }

  /** The same of the table by another name in the statement. */
  public String rowBytes(String alias) {
    return columns.stream()
        .filter(Column::stored)
        .map(
            column ->
                "coalesce(pg_column_size(%s.%s), 0)"
                    .formatted(alias, Sql.identifier(column.name())))
        .collect(Collectors.joining(" + ", "(", ")::bigint"));
  }

  /** The primary key's columns as texts, separated by commas. */
  public String keyTexts() {
    return primaryKey.stream()
        .map(column -> table.column(column.name()) + "::text")
        .collect(Collectors.joining(", "));
  }

  /**
   * SQL that turns key arrays, one parameter {@code text[]} for each column of the key, into rows
   * of {@code reclaim_key(reclaim_ord, k1, k2, ...)} in the column's own types.
   */
  public String keyRows() {
    StringBuilder casts = new StringBuilder();
    StringBuilder arrays = new StringBuilder();
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < primaryKey.size(); i++) {
      casts.append(", t%d::%s AS reclaim_k%d".formatted(i, primaryKey.get(i).type(), i));
      arrays.append(i == 0 ? "?::text[]" : ", ?::text[]");
      names.append("t%d, ".formatted(i));
    }
    return "(SELECT reclaim_ord%s FROM unnest(%s) WITH ORDINALITY AS u(%sreclaim_ord)) AS reclaim_key"
        .formatted(casts, arrays, names);
  }

  /** SQL that joins the table to {@link #keyRows()}. */
  public String keyJoin() {
    return keyJoin(table.alias(), "reclaim_key");
  }

  /** The same with both by other names in the statement. */
  public String keyJoin(String alias, String keys) {
    StringBuilder join = new StringBuilder();
    for (int i = 0; i < primaryKey.size(); i++) {
      join.append(i == 0 ? "" : " AND ")
          .append(
              "%s.%s = %s.reclaim_k%d"
                  .formatted(alias, Sql.identifier(primaryKey.get(i).name()), keys, i));
    }
    return join.toString();
  }

  /** Keys of this table, ready to be bound. */
  public KeyBatch keys(List<List<String>> keys) {
    return new KeyBatch(this, keys);
  }

  @Override
  public String toString() {
    return Sql.identifier(table.schema()) + "." + Sql.identifier(table.table());
  }
}

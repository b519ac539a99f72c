package dev.reclaim.database;

import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the catalog says of a table.
 *
 * @param columns stored columns in their order
 * @param primaryKey columns of the key in its order; empty where there is none
 * @param inbound foreign keys of other tables, or its own, that point here
 */
public record TableShape(
    TableName table, List<Column> columns, List<Column> primaryKey, List<InboundKey> inbound) {

  /**
   * A column.
   *
   * @param type as SQL would cast to it
   */
  public record Column(String name, String type) {}

  /**
   * A foreign key that points at the table.
   *
   * @param columns of the referring table
   * @param referenced columns here, in the same order
   * @param cascades whether the database deletes the referring row along
   * @param restricts whether the database refuses to delete a row that is referred to
   * @param indexed whether an index begins with the columns; without one every deleted row costs a
   *     scan
   */
  public record InboundKey(
      String constraint,
      TableName referring,
      List<String> columns,
      List<String> referenced,
      boolean cascades,
      boolean restricts,
      boolean indexed) {}

  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** SQL of the stored size of one row in bytes, TOAST as it is stored; nothing is decompressed. */
  public String rowBytes() {
    return columns.stream()
        .map(column -> "coalesce(pg_column_size(" + table.column(column.name()) + "), 0)")
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
    StringBuilder join = new StringBuilder();
    for (int i = 0; i < primaryKey.size(); i++) {
      join.append(i == 0 ? "" : " AND ")
          .append(table.column(primaryKey.get(i).name()))
          .append(" = reclaim_key.reclaim_k")
          .append(i);
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

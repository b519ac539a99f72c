package dev.reclaim.database;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.TableName;
import dev.reclaim.policy.TableTypes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The live catalog as policies ask it; each table is looked up once. Not thread-safe. */
public final class LiveTypes implements TableTypes {
  private final Handle handle;
  private final Map<TableName, Optional<TableShape>> found = new HashMap<>();

  public LiveTypes(Handle handle) {
    this.handle = handle;
  }

  /** The table's shape; empty where there is no such table. */
  public Optional<TableShape> find(TableName table) {
    return found.computeIfAbsent(table, name -> Catalog.find(handle, name));
  }

  /** Names of the foreign keys that a column of a table is part of. */
  List<String> outbound(TableName table, String column) {
    return Catalog.outbound(handle, table, column);
  }

  /** The shape of a table that a part of the policy needs. */
  TableShape require(String part, TableName table) {
    return find(table).orElseThrow(() -> Misfit.noTable(part, table));
  }

  @Override
  public ColumnType type(TableName table, String column) {
    return require("", table)
        .column(column)
        .map(it -> new ColumnType(it.base()))
        .orElseThrow(() -> missing("", require("", table), column));
  }

  @Override
  public List<String> key(TableName table) {
    return require("", table).primaryKey().stream().map(Column::name).toList();
  }

  /** Says that a column is not there, and which are. */
  static Misfit missing(String part, TableShape shape, String column) {
    List<String> columns = shape.columns().stream().map(Column::name).toList();
    return new Misfit(
        part,
        "the table %s has no column %s".formatted(shape.table(), column),
        "it has: " + String.join(", ", columns));
  }
}

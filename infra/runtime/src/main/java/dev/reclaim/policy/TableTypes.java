package dev.reclaim.policy;

import java.util.List;

/** What the live catalog says of the tables that a policy speaks of. */
public interface TableTypes {
  /** The type of a column; throws where there is no such table or column. */
  ColumnType type(TableName table, String column);

  /** Columns of the key by which rows of a table are named, in its order. */
  List<String> key(TableName table);
}

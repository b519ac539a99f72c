package dev.reclaim.policy;

import java.util.List;
import java.util.Optional;

/** A reference that keeps a row while it exists; in the same database as the row. */
public sealed interface Protection {
  /** The table that refers to the policy's rows. */
  TableName table();

  /**
   * By an expression.
   *
   * @param sql over both tables, each by its bare name
   */
  record Match(TableName table, String sql) implements Protection {}

  /**
   * By what a column holds: the value itself, the elements of an array, or any text and number
   * within a JSON document.
   *
   * @param key column of the policy's table that is named; empty for its primary key
   * @param path where in a JSON document, in PostgreSQL's own path language
   * @param prefix what stands before the key's text
   * @param where which rows of the referring table count, all of it
   */
  record Through(
      TableName table,
      String column,
      Optional<String> key,
      Optional<String> path,
      Optional<String> prefix,
      LetterCase letterCase,
      List<Condition.OneOf> where)
      implements Protection {}

  /** Whether capitals and small letters are the same. */
  enum LetterCase {
    SENSITIVE,
    INSENSITIVE
  }
}

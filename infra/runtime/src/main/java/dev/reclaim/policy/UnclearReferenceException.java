package dev.reclaim.policy;

import java.util.List;

/** A reference between tables that cannot be read as the policy says it. */
public final class UnclearReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String part;
  private final String mend;

  private UnclearReferenceException(String part, String what, String mend) {
    super(what);
    this.part = part;
    this.mend = mend;
  }

  /** The same, said of a part of the policy. */
  UnclearReferenceException in(String where) {
    return new UnclearReferenceException(where, what(), mend);
  }

  /** It names a whole row of a table whose key has no, or several, columns. */
  static UnclearReferenceException ambiguous(TableName table, List<String> key) {
    return new UnclearReferenceException(
        "",
        "%s is named by a key of %d columns (%s)"
            .formatted(table, key.size(), String.join(", ", key)),
        "say which of its columns is meant");
  }

  /** Values of the two columns can never be the same. */
  static UnclearReferenceException implausible(
      TableName table,
      String column,
      ColumnType type,
      TableName named,
      String key,
      ColumnType keyType) {
    return new UnclearReferenceException(
        "",
        "the column %s of %s is of type %s and cannot name %s of %s, of type %s"
            .formatted(column, table, type, key, named, keyType),
        "name the column that does, or say how by an expression");
  }

  /** Like {@code protect[0]}. */
  public String part() {
    return part;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public String mend() {
    return mend;
  }
}

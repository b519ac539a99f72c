package dev.reclaim.policy;

import java.util.List;

/** A reference that names a whole row of a table whose key has no, or several, columns. */
public final class AmbiguousKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AmbiguousKeyException(TableName table, List<String> key) {
    super(
        "%s is named by a key of %d columns (%s): say which of its columns is meant"
            .formatted(table, key.size(), String.join(", ", key)));
  }
}

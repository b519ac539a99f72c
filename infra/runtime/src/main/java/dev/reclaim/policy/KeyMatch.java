package dev.reclaim.policy;

import dev.reclaim.policy.Protection.LetterCase;
import java.util.Optional;

/**
 * SQL that is true where a column of one table names a key of another.
 *
 * <p>Where the two are written differently, every plausible reading is a match: one too many keeps
 * a row. A comparison that an index on the column can serve is preferred.
 *
 * @param column SQL of the column that names
 * @param key SQL of what is named
 */
record KeyMatch(
    String column,
    ColumnType columnType,
    String key,
    ColumnType keyType,
    Optional<String> path,
    Optional<String> prefix,
    LetterCase letterCase) {

  /** A plain reference, as a foreign key would be. */
  static KeyMatch plain(String column, ColumnType columnType, String key, ColumnType keyType) {
    return new KeyMatch(
        column, columnType, key, keyType, Optional.empty(), Optional.empty(), LetterCase.SENSITIVE);
  }

  String sql() {
    if (columnType.isJson()) {
      return "EXISTS (SELECT 1 FROM jsonb_path_query(%s::jsonb, %s) AS reclaim_item WHERE %s)"
          .formatted(
              column,
              Sql.literal(path.orElse("$") + ".**"),
              sameText("reclaim_item #>> '{}'", columnType));
    }
    if (columnType.isArray()) {
      return asItIs(columnType.element())
          ? "%s @> ARRAY[%s]::%s".formatted(column, key, columnType)
          : "EXISTS (SELECT 1 FROM unnest(%s::text[]) AS reclaim_item WHERE %s)"
              .formatted(column, sameText("reclaim_item", columnType.element()));
    }
    if (asItIs(columnType)) {
      return column + " = " + key;
    }
    if (columnType.isText() && keyType.isUuid() && !ignoresCase(columnType)) {
      return "%1$s IN (%2$s, upper(%2$s))".formatted(column, wanted());
    }
    return sameText(columnType.isText() ? column : column + "::text", columnType);
  }

  private boolean asItIs(ColumnType type) {
    return type.comparesWith(keyType)
        && prefix.isEmpty()
        && letterCase == LetterCase.SENSITIVE
        && !type.ignoresCase();
  }

  private String sameText(String text, ColumnType type) {
    return ignoresCase(type) || keyType.isUuid()
        ? "lower(%s) = lower(%s)".formatted(type.ignoresCase() ? text + "::text" : text, wanted())
        : text + " = " + wanted();
  }

  private boolean ignoresCase(ColumnType type) {
    return letterCase == LetterCase.INSENSITIVE || type.ignoresCase() || keyType.ignoresCase();
  }

  private String wanted() {
    return prefix
        .map(it -> "(" + Sql.literal(it) + " || " + key + "::text)")
        .orElse(key + "::text");
  }
}

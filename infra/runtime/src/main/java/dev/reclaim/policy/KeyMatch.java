package dev.reclaim.policy;

import static java.util.stream.Collectors.joining;

import dev.reclaim.policy.Protection.LetterCase;
import java.util.ArrayList;
import java.util.List;
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
  private static final String ITEM = "reclaim_item";

  /** How PostgreSQL reads a uuid: with or without hyphens and braces. */
  private static final String UUID = "'^\\{?([0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}\\}?$'";

  private static final String INTEGER = "'^\\s*[-+]?[0-9]{1,18}\\s*$'";
  private static final String DECIMAL = "'^\\s*[-+]?[0-9]{1,100}(\\.[0-9]{1,100})?\\s*$'";

  /** A plain reference, as a foreign key would be. */
  static KeyMatch plain(String column, ColumnType columnType, String key, ColumnType keyType) {
    return new KeyMatch(
        column, columnType, key, keyType, Optional.empty(), Optional.empty(), LetterCase.SENSITIVE);
  }

  /** Whether a value of the column can be the key at all. */
  boolean plausible() {
    if (keyType.isArray() || keyType.isJson()) {
      return false;
    }
    if (columnType.isJson()) {
      return true;
    }
    ColumnType type = columnType.isArray() ? columnType.element() : columnType;
    if (type.isArray() || type.isJson()) {
      return false;
    }
    return type.isWritten()
        || (prefix.isEmpty() && (type.comparesWith(keyType) || keyType.isWritten()));
  }

  String sql() {
    if (columnType.isJson()) {
      return "EXISTS (SELECT 1 FROM jsonb_path_query(%s::jsonb, %s) AS %s WHERE %s)"
          .formatted(column, Sql.literal(path.orElse("$") + ".**"), ITEM, jsonItem());
    }
    if (columnType.isArray()) {
      return array(columnType.element());
    }
    if (plainly(columnType)) {
      return column + " = " + value(columnType);
    }
    if (keyType.isWritten() && prefix.isEmpty() && columnType.isUuid()) {
      return read(UUID, "uuid");
    }
    if (keyType.isWritten() && prefix.isEmpty() && columnType.isInteger()) {
      return read(INTEGER, "bigint");
    }
    if (keyType.isWritten() && prefix.isEmpty() && columnType.isNumber()) {
      return read(DECIMAL, "numeric");
    }
    if (columnType.isPadded() && !folds(columnType)) {
      return "%s IN (%s)".formatted(column, joined(spellings(), "%s::bpchar"));
    }
    return sameText(columnType.isText() ? column : column + "::text", columnType);
  }

  private String jsonItem() {
    String text = sameText(ITEM + " #>> '{}'", columnType);
    return keyType.isNumber() && prefix.isEmpty()
        ? "CASE jsonb_typeof(%1$s) WHEN 'number' THEN (%1$s #>> '{}')::numeric = %2$s ELSE %3$s END"
            .formatted(ITEM, key, text)
        : text;
  }

  private String array(ColumnType element) {
    return plainly(element)
        ? "%s @> ARRAY[%s]::%s[]".formatted(column, value(element), element.bare())
        : "EXISTS (SELECT 1 FROM unnest(%s::text[]) AS %s WHERE %s)"
            .formatted(column, ITEM, sameText(ITEM, element));
  }

  /** Whether values are compared as they are. */
  private boolean plainly(ColumnType type) {
    return type.comparesWith(keyType)
        && prefix.isEmpty()
        && !type.ignoresCase()
        && (letterCase == LetterCase.SENSITIVE || !type.isWritten());
  }

  /**
   * The key as a value that the column's type has; NULL, which nothing names, where it has none.
   */
  private String value(ColumnType type) {
    return type.integerRange(keyType)
        .map(
            range ->
                "(CASE WHEN %1$s BETWEEN -%2$s - 1 AND %2$s AND %1$s = trunc(%1$s) THEN %1$s::%3$s END)"
                    .formatted(key, range, type.bare()))
        .orElse(key);
  }

  private String read(String pattern, String type) {
    return "%s = (CASE WHEN %s::text ~ %s THEN %s::text::%s END)"
        .formatted(column, key, pattern, key, type);
  }

  private String sameText(String text, ColumnType type) {
    return folds(type)
        ? "lower(%s) IN (%s)"
            .formatted(
                type.ignoresCase() ? text + "::text" : text, joined(spellings(), "lower(%s)"))
        : "%s IN (%s)".formatted(text, joined(inBothCases(), "%s"));
  }

  private boolean folds(ColumnType type) {
    return letterCase == LetterCase.INSENSITIVE
        || type.ignoresCase()
        || keyType.ignoresCase()
        || type.isUuid()
        || (keyType.isUuid() && !columnType.isText());
  }

  /** A uuid in capitals is the same one; an index on the column serves both. */
  private List<String> inBothCases() {
    List<String> spellings = new ArrayList<>(spellings());
    if (keyType.isUuid()) {
      texts().forEach(text -> spellings.add(prefixed("upper(" + text + ")")));
    }
    return spellings;
  }

  private List<String> spellings() {
    return texts().stream().map(this::prefixed).toList();
  }

  private List<String> texts() {
    String text = key + "::text";
    if (keyType.isUuid()) {
      return List.of(text, "replace(" + text + ", '-', '')");
    }
    if (keyType.isPadded()) {
      return keyType
          .length()
          .map(length -> List.of(text, "rpad(%s, %d)".formatted(text, length)))
          .orElse(List.of(text));
    }
    return keyType.isDecimal() ? List.of(text, "trim_scale(" + key + ")::text") : List.of(text);
  }

  private String prefixed(String text) {
    return prefix.map(it -> "(" + Sql.literal(it) + " || " + text + ")").orElse(text);
  }

  private static String joined(List<String> texts, String each) {
    return texts.stream().map(each::formatted).collect(joining(", "));
  }
}

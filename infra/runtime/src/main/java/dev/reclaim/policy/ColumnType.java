package dev.reclaim.policy;

import java.util.Optional;
import java.util.Set;

/**
 * The type of a column, as far as its meaning depends on it.
 *
 * @param sql as the catalog writes it, modifiers included
 */
public record ColumnType(String sql) {
  private static final Set<String> TEXTS = Set.of("text", "character varying", "name", "citext");
  private static final Set<String> NUMBERS = Set.of("smallint", "integer", "bigint", "numeric");
  private static final Set<String> FLOATS = Set.of("real", "double precision");

  /** How the age of a row is stored. */
  public enum Age {
    TIMESTAMP_WITH_ZONE,
    TIMESTAMP,
    DATE,
    /** A number that counts since 1970. */
    EPOCH
  }

  /** How it can say a time; empty where it cannot. */
  public Optional<Age> age() {
    return switch (bare()) {
      case "timestamp with time zone" -> Optional.of(Age.TIMESTAMP_WITH_ZONE);
      case "timestamp without time zone" -> Optional.of(Age.TIMESTAMP);
      case "date" -> Optional.of(Age.DATE);
      default ->
          NUMBERS.contains(bare()) || FLOATS.contains(bare())
              ? Optional.of(Age.EPOCH)
              : Optional.empty();
    };
  }

  /** Whether it holds a list of values. */
  public boolean isArray() {
    return sql.endsWith("[]");
  }

  /** Whether it holds a JSON document. */
  public boolean isJson() {
    return sql.equals("json") || sql.equals("jsonb");
  }

  /** Whether it holds a text. */
  public boolean isText() {
    return TEXTS.contains(bare());
  }

  boolean isNumber() {
    return NUMBERS.contains(bare());
  }

  boolean isUuid() {
    return sql.equals("uuid");
  }

  /** Whether it takes capitals for small letters. */
  boolean ignoresCase() {
    return bare().equals("citext") || bare().endsWith(".citext");
  }

  /** What an array holds. */
  ColumnType element() {
    return new ColumnType(sql.substring(0, sql.length() - 2));
  }

  /** Whether values of both are compared as they are. */
  boolean comparesWith(ColumnType other) {
    return bare().equals(other.bare()) || (isNumber() && other.isNumber());
  }

  /** Without length, precision or scale. */
  private String bare() {
    return sql.replaceAll("\\([0-9, -]*\\)", "");
  }

  @Override
  public String toString() {
    return sql;
  }
}

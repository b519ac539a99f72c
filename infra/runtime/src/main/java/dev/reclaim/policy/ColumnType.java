package dev.reclaim.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a column, as far as its meaning depends on it.
 *
 * @param sql as the catalog writes it, modifiers included
 */
public record ColumnType(String sql) {
  private static final Set<String> TEXTS = Set.of("text", "character varying", "name", "citext");
  private static final Set<String> PADDED = Set.of("character", "bpchar");
  private static final Set<String> VARIABLE = Set.of("text", "character varying");
  private static final List<String> INTEGERS = List.of("smallint", "integer", "bigint");
  private static final Set<String> NUMBERS = Set.of("smallint", "integer", "bigint", "numeric");
  private static final Pattern LENGTH = Pattern.compile("\\(([0-9]+)\\)");
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

  /** Whether blanks at the end say nothing. */
  boolean isPadded() {
    return PADDED.contains(bare());
  }

  /** Whether it holds text of any kind. */
  boolean isWritten() {
    return isText() || isPadded() || ignoresCase();
  }

  boolean isNumber() {
    return NUMBERS.contains(bare());
  }

  boolean isInteger() {
    return INTEGERS.contains(bare());
  }

  boolean isDecimal() {
    return bare().equals("numeric");
  }

  boolean isUuid() {
    return sql.equals("uuid");
  }

  /** Whether it can hold what is not a number. */
  boolean hasNaN() {
    return isDecimal() || FLOATS.contains(bare());
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
    return bare().equals(other.bare())
        || (counts() && other.counts())
        || (VARIABLE.contains(bare()) && VARIABLE.contains(other.bare()));
  }

  private boolean counts() {
    return isNumber() || FLOATS.contains(bare());
  }

  /** The largest value, where this is an integer that not every value of {@code other} fits. */
  Optional<String> integerRange(ColumnType other) {
    int size = INTEGERS.indexOf(bare());
    boolean wider = other.counts() && (!other.isInteger() || INTEGERS.indexOf(other.bare()) > size);
    return size < 0 || !wider
        ? Optional.empty()
        : Optional.of(List.of("32767", "2147483647", "9223372036854775807").get(size));
  }

  /** How many characters it pads to. */
  Optional<Integer> length() {
    Matcher length = LENGTH.matcher(sql);
    return length.find() ? Optional.of(Integer.valueOf(length.group(1))) : Optional.empty();
  }

  /** Without length, precision or scale. */
  String bare() {
    return sql.replaceAll("\\([0-9, -]*\\)", "");
  }

  @Override
  public String toString() {
    return sql;
  }
}

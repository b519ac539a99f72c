package dev.reclaim.policy;

import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The few pieces of SQL text that cannot be parameters. Literals assume {@code
 * standard_conforming_strings}.
 */
public final class Sql {
  private Sql() {}

  /** A name as PostgreSQL stores it, quoted. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text constant; its type is found by what it is compared with. */
  public static String literal(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /**
   * A zone for {@code AT TIME ZONE}. An offset goes as an interval, because PostgreSQL counts the
   * hours of a zone named {@code +02:00} or {@code UTC+2} westwards.
   */
  static String zone(ZoneId zone) {
    return zone.normalized() instanceof ZoneOffset offset && !zone.getId().equals("UTC")
        ? "interval '%d seconds'".formatted(offset.getTotalSeconds())
        : literal(zone.getId());
  }

  /**
   * An operator's expression as it can stand in a prepared statement: a question mark outside of
   * quotes is one of PostgreSQL's operators, which JDBC wants doubled. Dollar quotes, {@code E''}
   * escapes of a quote and comments are not looked into: a question mark in them is doubled all the
   * same, so such a text has to stand in plain quotes.
   */
  public static String verbatim(String expression) {
    StringBuilder sql = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      quote = quoteAfter(quote, c);
      sql.append(c == '?' && quote == 0 ? "??" : String.valueOf(c));
    }
    return sql.toString();
  }

  /** SQL for a prepared statement, without parameters, as a person would write it. */
  public static String readable(String prepared) {
    StringBuilder sql = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < prepared.length(); i++) {
      char c = prepared.charAt(i);
      quote = quoteAfter(quote, c);
      boolean doubled = c == '?' && quote == 0 && i > 0 && prepared.charAt(i - 1) == '?';
      sql.append(doubled ? "" : String.valueOf(c));
    }
    return sql.toString();
  }

  private static char quoteAfter(char quote, char c) {
    if (quote == 0) {
      return c == '\'' || c == '"' ? c : 0;
    }
    return c == quote ? 0 : quote;
  }
}

package dev.reclaim.policy;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A table of one of the file's databases. */
public record TableName(String database, String schema, String table) {
  private static final String PART = "(\"(?:[^\"]|\"\")+\"|[^.\"][^.]*)";
  private static final Pattern WHOLE = Pattern.compile(PART + "\\." + PART + "\\." + PART);

  /**
   * Reads {@code database.schema.table}; a part that holds dots or quotes stands in double quotes,
   * as in SQL. Capitals are taken as they stand, quoted or not.
   */
  static Optional<TableName> parse(String text) {
    Matcher parts = WHOLE.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    List<String> names = List.of(parts.group(1), parts.group(2), parts.group(3));
    return Optional.of(
        new TableName(plain(names.get(0)), plain(names.get(1)), plain(names.get(2))));
  }

  private static String plain(String part) {
    return part.startsWith("\"")
        ? part.substring(1, part.length() - 1).replace("\"\"", "\"")
        : part;
  }

  /** {@code "schema"."table"}, quoted. */
  public String sql() {
    return Sql.identifier(schema) + "." + Sql.identifier(table);
  }

  /** The bare name by which a policy's expressions speak of the table, quoted. */
  public String alias() {
    return Sql.identifier(table);
  }

  /** A column of the table, qualified and quoted. */
  public String column(String column) {
    return alias() + "." + Sql.identifier(column);
  }

  @Override
  public String toString() {
    return database + "." + schema + "." + table;
  }
}

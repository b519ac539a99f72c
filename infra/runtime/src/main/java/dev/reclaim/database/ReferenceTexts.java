package dev.reclaim.database;

import dev.reclaim.policy.Reference;
import dev.reclaim.policy.Sql;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * What a reference says, as SQL that gives one row for each text: of a text column its value, of an
 * array each element, of a JSON document each string in it and each name of a member, or those at
 * and below the path.
 *
 * <p>The form is that of the live catalog, and so asked for again in every transaction that reads.
 */
public final class ReferenceTexts {
  /** SQL of a text, neither NULL nor blank, and compared byte by byte. */
  public static final String TEXT = "reclaim_name.text";

  /** SQL of whether it is a value; the name of a member need not be meant as a reference. */
  public static final String IS_VALUE = "reclaim_name.is_value";

  /** SQL of the text's number within its row, from 1. */
  public static final String ORDINAL = "reclaim_name.ordinal";

  /** Types of PostgreSQL's categories "string" and "enum" are texts; of the others, these. */
  private static final Set<String> OTHER_TEXTS =
      Set.of("uuid", "smallint", "integer", "bigint", "numeric");

  private static final Pattern MODE = Pattern.compile("\\s*(lax|strict)\\b(.*)", Pattern.DOTALL);

  /** The type itself, and what domains and arrays are made of, down to the last. */
  private static final String TYPE =
      """
      WITH RECURSIVE type AS (
        SELECT 1 AS depth, t.*
          FROM pg_type t
         WHERE t.oid = pg_typeof((SELECT reclaim_value.value
                                    FROM %s CROSS JOIN LATERAL (SELECT %s AS value) AS reclaim_value
                                   LIMIT 0))
        UNION ALL
        SELECT type.depth + 1, below.*
          FROM type
          JOIN pg_type below ON below.oid = CASE WHEN type.typtype = 'd' THEN type.typbasetype
                                                 WHEN type.typcategory = 'A' THEN type.typelem END)
      SELECT bool_or(typcategory = 'A' AND typtype <> 'd') AS is_array,
             (array_agg(format_type(oid, NULL) ORDER BY depth))[1] AS named,
             (array_agg(format_type(oid, NULL) ORDER BY depth DESC))[1] AS element,
             (array_agg(typcategory ORDER BY depth DESC))[1] IN ('S', 'E') AS is_text
        FROM type
      """;

  private enum Form {
    TEXT,
    JSON
  }

  private final Reference reference;
  private final Form form;
  private final boolean array;

  private ReferenceTexts(Reference reference, Form form, boolean array) {
    this.reference = reference;
    this.form = form;
    this.array = array;
  }

  /** What cannot name a file, and where the policy says so. */
  public static final class UnusableReferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String part;
    private final String mend;

    UnusableReferenceException(String part, String what, String mend) {
      super(what);
      this.part = part;
      this.mend = mend;
    }

    /**
     * The key of the reference that is at fault: {@code column}, {@code path}, {@code expression}.
     */
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

  /**
   * Asks the live catalog what form the reference has; reads no row.
   *
   * @throws UnusableReferenceException when it has none that could name files
   * @throws SQLException when the database does not understand it
   */
  public static ReferenceTexts of(Handle handle, Reference reference) throws SQLException {
    String sql = TYPE.formatted(reference.table().sql(), reference.sql());
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql);
        ResultSet type = statement.executeQuery()) {
      type.next();
      String element = type.getString("element");
      boolean json = element.equals("json") || element.equals("jsonb");
      if (!json && !type.getBoolean("is_text") && !OTHER_TEXTS.contains(element)) {
        throw new UnusableReferenceException(
            part(reference),
            "%s is of type %s, which names no file".formatted(reference, type.getString("named")),
            "refer to a text, an array of texts or JSON, by an expression if need be");
      }
      ReferenceTexts texts =
          new ReferenceTexts(reference, json ? Form.JSON : Form.TEXT, type.getBoolean("is_array"));
      texts.requireFittingPath(handle, type.getString("named"));
      return texts;
    }
  }

  private static String part(Reference reference) {
    return reference instanceof Reference.Column ? "column" : "expression";
  }

  private void requireFittingPath(Handle handle, String type) {
    if (!(reference instanceof Reference.Column column) || column.path().isEmpty()) {
      return;
    }
    String path = column.path().get();
    if (form != Form.JSON) {
      throw new UnusableReferenceException(
          "path",
          "\"path\" is for JSON, and %s.%s is of type %s"
              .formatted(column.table(), column.column(), type),
          "remove it");
    }
    Matcher mode = MODE.matcher(path);
    if (mode.matches() && mode.group(1).equals("strict")) {
      throw new UnusableReferenceException(
          "path", "\"path\" is strict, which fails where a document lacks it", "remove that word");
    }
    requireJsonPath(handle, path);
    requireJsonPath(handle, jsonPath());
  }

  private static void requireJsonPath(Handle handle, String path) {
    try (PreparedStatement statement =
        handle.getConnection().prepareStatement("SELECT CAST(? AS jsonpath)")) {
      statement.setString(1, path);
      statement.execute();
    } catch (SQLException e) {
      throw new UnusableReferenceException(
          "path",
          "\"path\" is no SQL/JSON path: "
              + String.valueOf(e.getMessage())
                  .lines()
                  .findFirst()
                  .orElse("")
                  .replaceFirst("^ERROR: ", ""),
          "correct it");
    }
  }

  /** Whether each row gives one text at most. */
  public boolean isSingle() {
    return form == Form.TEXT && !array;
  }

  /** {@code FROM} over the table by its bare name, {@link #TEXT} and its companions. */
  public String from() {
    return """
      FROM %s
     CROSS JOIN LATERAL (SELECT %s AS value) AS reclaim_value
     CROSS JOIN LATERAL %s AS reclaim_name"""
        .formatted(
            reference.table().sql(),
            reference.sql(),
            isSingle() ? texts("reclaim_value.value", "1") : manyTexts());
  }

  private String manyTexts() {
    return """
    (SELECT each.text, each.is_value, row_number() OVER () AS ordinal
       FROM (SELECT %s AS element) AS element
      CROSS JOIN LATERAL %s AS each)"""
        .formatted(
            array ? "unnest(reclaim_value.value)" : "reclaim_value.value",
            form == Form.JSON ? jsonTexts() : texts("element.element", "NULL"));
  }

  /** SQL of the text of a reference that {@link #isSingle}, as {@link #TEXT} has it. */
  public static String single(Reference reference) {
    return text(reference.sql());
  }

  private static String text(String value) {
    return "(%s::text COLLATE \"C\")".formatted(value);
  }

  private static String texts(String value, String ordinal) {
    return """
    (SELECT %1$s AS text, true AS is_value, %3$s AS ordinal
      WHERE btrim(%2$s::text, E' \\t\\r\\n') <> '')"""
        .formatted(text(value), value, ordinal);
  }

  private String jsonTexts() {
    return """
    (SELECT named.text COLLATE "C" AS text, named.is_value
       FROM jsonb_path_query(element.element::jsonb, %s) AS item
      CROSS JOIN LATERAL (
            SELECT item #>> '{}', true WHERE jsonb_typeof(item) = 'string'
            UNION ALL
            SELECT jsonb_object_keys(item), false WHERE jsonb_typeof(item) = 'object') AS named(text, is_value)
      WHERE btrim(named.text, E' \\t\\r\\n') <> '')"""
        .formatted(Sql.literal(jsonPath()));
  }

  private String jsonPath() {
    String path = reference instanceof Reference.Column column ? column.path().orElse("$") : "$";
    Matcher mode = MODE.matcher(path);
    return "(" + (mode.matches() ? mode.group(2) : path) + ").**";
  }
}

package dev.reclaim.worker.rows;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.policy.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can keep rows of a policy's tables from going without an error: rules, and triggers that run
 * before a row goes. Read from the catalog as it is now.
 */
final class Defences {
  /**
   * Rules of the table that a statement names, but triggers of whatever partition has the row.
   *
   * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-trigger.html">pg_trigger</a>,
   *     whose tgtype has 1 for each row, 2 before, 8 on delete, 16 on update
   */
  private static final String FIND =
      """
      SELECT t.ord, true AS rule, r.rulename AS name
        FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS t(name, event, ord)
        JOIN pg_rewrite r ON r.ev_class = to_regclass(t.name) AND r.ev_enabled <> 'D'
             AND r.ev_type = CASE t.event WHEN 'delete' THEN '4' ELSE '2' END
       UNION
      SELECT t.ord, false, g.tgname
        FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS t(name, event, ord)
        CROSS JOIN LATERAL (SELECT relid FROM pg_partition_tree(to_regclass(t.name))
                            UNION SELECT to_regclass(t.name)) AS part
        JOIN pg_trigger g ON g.tgrelid = part.relid AND NOT g.tgisinternal AND g.tgenabled <> 'D'
             AND g.tgtype & 3 = 3 AND g.tgtype & CASE t.event WHEN 'delete' THEN 8 ELSE 16 END <> 0
       ORDER BY 1, 2, 3
      """;

  private final Map<TableName, Set<String>> rules = new HashMap<>();
  private final Map<TableName, Set<String>> triggers = new HashMap<>();

  private Defences() {}

  static Defences of(Connection connection, RowTarget target) throws SQLException {
    List<TableName> tables = new ArrayList<>(List.of(target.policy().table()));
    List<String> events = new ArrayList<>(List.of(target.policy().marks() ? "update" : "delete"));
    for (ChildPath path : target.children()) {
      tables.add(path.child().table());
      events.add("delete");
    }
    Defences defences = new Defences();
    try (PreparedStatement statement = connection.prepareStatement(FIND)) {
      for (int half = 0; half < 2; half++) {
        statement.setArray(
            2 * half + 1,
            connection.createArrayOf("text", tables.stream().map(TableName::sql).toArray()));
        statement.setArray(2 * half + 2, connection.createArrayOf("text", events.toArray()));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          (rows.getBoolean("rule") ? defences.rules : defences.triggers)
              .computeIfAbsent(tables.get(rows.getInt("ord") - 1), table -> new LinkedHashSet<>())
              .add(rows.getString("name"));
        }
      }
    }
    return defences;
  }

  /** Whether any of the tables has rules that matter. */
  boolean anyRule() {
    return !rules.isEmpty();
  }

  /** Whether PostgreSQL may refuse to say what a statement did to the table. */
  boolean rules(TableName table) {
    return rules.containsKey(table);
  }

  /** Whether a row of the table may stay without an error. */
  boolean any(TableName table) {
    return rules(table) || triggers.containsKey(table);
  }

  /** Who may have kept a row of the table, for people. */
  String who(TableName table) {
    List<String> names = new ArrayList<>();
    rules.getOrDefault(table, Set.of()).forEach(name -> names.add("the rule " + name));
    triggers.getOrDefault(table, Set.of()).forEach(name -> names.add("the trigger " + name));
    return (names.isEmpty() ? "a trigger or rule" : String.join(" or ", names))
        + " of "
        + table.schema()
        + "."
        + table.table();
  }
}

package dev.reclaim.check;

import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The fewest rights on tables of one database that do; those on single columns where they do. */
final class Grants {
  /** A right on a table. */
  enum Right {
    SELECT,
    DELETE,
    UPDATE,
    MAINTAIN
  }

  /** Columns of each right on each table; none means all of the table. */
  private final Map<TableName, Map<Right, Set<String>>> needs = new LinkedHashMap<>();

  void need(TableName table, Right right) {
    rights(table).put(right, Set.of());
  }

  void need(TableName table, Right right, Collection<String> columns) {
    Map<Right, Set<String>> rights = rights(table);
    if (rights.containsKey(right) && rights.getOrDefault(right, Set.of()).isEmpty()) {
      return;
    }
    rights.computeIfAbsent(right, it -> new TreeSet<>()).addAll(columns);
  }

  void addAll(Grants others) {
    others.needs.forEach(
        (table, rights) ->
            rights.forEach(
                (right, columns) -> {
                  if (columns.isEmpty()) {
                    need(table, right);
                  } else {
                    need(table, right, columns);
                  }
                }));
  }

  Set<TableName> tables() {
    return needs.keySet();
  }

  Map<Right, Set<String>> of(TableName table) {
    return needs.getOrDefault(table, Map.of());
  }

  boolean isEmpty() {
    return needs.isEmpty();
  }

  /** The statements that give a role all of them. */
  List<String> sql(String role) {
    List<String> statements = new ArrayList<>();
    needs.keySet().stream()
        .map(TableName::schema)
        .distinct()
        .sorted()
        .forEach(schema -> statements.add(usage(schema, role)));
    needs.forEach((table, rights) -> statements.add(onTable(table, rights, role)));
    return statements;
  }

  static String usage(String schema, String role) {
    return "GRANT USAGE ON SCHEMA %s TO %s".formatted(Sql.identifier(schema), Sql.identifier(role));
  }

  private static String onTable(TableName table, Map<Right, Set<String>> rights, String role) {
    return "GRANT %s ON %s TO %s"
        .formatted(
            rights.entrySet().stream()
                .map(
                    right ->
                        right.getValue().isEmpty()
                            ? right.getKey().name()
                            : "%s (%s)"
                                .formatted(
                                    right.getKey().name(), Indexes.columns(right.getValue())))
                .collect(Collectors.joining(", ")),
            table.sql(),
            Sql.identifier(role));
  }

  private Map<Right, Set<String>> rights(TableName table) {
    return needs.computeIfAbsent(table, name -> new EnumMap<>(Right.class));
  }
}

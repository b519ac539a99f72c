package dev.reclaim.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A condition on a row of the policy's table. */
public sealed interface Condition {
  /** SQL of the condition over the table by its bare name; NULL where it cannot be decided. */
  String sql(TableName table);

  /** A column has one of these values. */
  record OneOf(String column, List<String> values) implements Condition {
    @Override
    public String sql(TableName table) {
      return sqlOf(table.alias());
    }

    /** The same over a table by another name, quoted. */
    String sqlOf(String alias) {
      return values.stream()
          .map(Sql::literal)
          .collect(Collectors.joining(", ", alias + "." + Sql.identifier(column) + " IN (", ")"));
    }
  }

  /** An expression in the operator's own SQL. */
  record Expression(String text) implements Condition {
    @Override
    public String sql(TableName table) {
      return "(" + Sql.verbatim(text) + ")";
    }
  }
}

package dev.reclaim.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A condition on a row of the policy's table. */
public sealed interface Condition {
  /** SQL of the condition; NULL where it cannot be decided. */
  String sql(TableName table);

  /** A column has one of these values. */
  record OneOf(String column, List<String> values) implements Condition {
    @Override
    public String sql(TableName table) {
      return values.stream()
          .map(Sql::literal)
          .collect(Collectors.joining(", ", table.column(column) + " IN (", ")"));
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

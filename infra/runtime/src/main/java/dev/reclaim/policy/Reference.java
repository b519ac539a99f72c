package dev.reclaim.policy;

import java.util.Optional;

/** Where a table names files of a store. */
public sealed interface Reference {
  TableName table();

  /** SQL of what is read, over the table by its bare name. */
  String sql();

  /**
   * A column: a text, an array of texts, or a JSON document.
   *
   * @param path where in a JSON document, in PostgreSQL's own path language; without it every text
   *     of the document counts
   */
  record Column(TableName table, String column, Optional<String> path) implements Reference {
    /** The whole column. */
    public Column(TableName table, String column) {
      this(table, column, Optional.empty());
    }

    @Override
    public String sql() {
      return table.column(column);
    }

    @Override
    public String toString() {
      return table + "." + column + path.map(it -> " at " + it).orElse("");
    }
  }

  /** An expression in the operator's own SQL that gives a text, an array of texts, or JSON. */
  record Expression(TableName table, String expression) implements Reference {
    @Override
    public String sql() {
      return "(" + Sql.verbatim(expression) + ")";
    }

    @Override
    public String toString() {
      return table + " (" + expression + ")";
    }
  }
}

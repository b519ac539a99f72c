package dev.reclaim.policy;

/** A table of one of the file's databases. */
public record TableName(String database, String schema, String table) {
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

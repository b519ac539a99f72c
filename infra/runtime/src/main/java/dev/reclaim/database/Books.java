package dev.reclaim.database;

import org.jdbi.v3.core.Handle;

/** Reclaim's own tables, for those who read them where they are and must not make them. */
public final class Books {
  private static final String READABLE =
      """
      SELECT EXISTS (SELECT 1
                       FROM pg_class c
                       JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = 'reclaim' AND c.relname = :table
                        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
      """;

  private Books() {}

  /** Whether a table of the schema {@code reclaim} is there and may be read. */
  public static boolean readable(Handle handle, String table) {
    return handle.createQuery(READABLE).bind("table", table).mapTo(Boolean.class).one();
  }
}

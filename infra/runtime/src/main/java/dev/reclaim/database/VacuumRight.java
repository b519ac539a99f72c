package dev.reclaim.database;

import dev.reclaim.policy.TableName;
import org.jdbi.v3.core.Handle;

/**
 * The right to vacuum a table: its owner's and the database owner's, and from PostgreSQL 17 on
 * whoever's has {@code MAINTAIN}. Without it VACUUM passes the table over with a warning.
 */
public final class VacuumRight {
  /** The version that brought the right. */
  public static final int MAINTAIN_SINCE = 170_000;

  private static final String HELD =
      """
      SELECT pg_has_role(c.relowner, 'USAGE') OR pg_has_role(d.datdba, 'USAGE')
          OR CASE WHEN current_setting('server_version_num')::int >= 170000
                  THEN has_table_privilege(c.oid, 'MAINTAIN') ELSE false END
        FROM pg_class c, pg_database d
       WHERE c.oid = to_regclass(:table) AND d.datname = current_database()
      """;

  private static final String OWNER =
      "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass(:table)";

  private VacuumRight() {}

  /** Whether we have it; false where there is no such table. */
  public static boolean isHeld(Handle handle, TableName table) {
    return handle
        .createQuery(HELD)
        .bind("table", table.sql())
        .mapTo(Boolean.class)
        .findOne()
        .orElse(false);
  }

  /** The role that has it in any version. */
  public static String owner(Handle handle, TableName table) {
    return handle
        .createQuery(OWNER)
        .bind("table", table.sql())
        .mapTo(String.class)
        .findOne()
        .orElse("its owner");
  }
}

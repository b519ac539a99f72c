package dev.reclaim.partitions;

import dev.reclaim.database.DatabaseException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/** Whether somebody would notice that rows are deleted, or that a table is gone. */
public final class Missed {
  private static final String ALONE =
      "SELECT " + byNobody("c.oid", "c.oid") + " FROM pg_class c WHERE c.oid = ?";

  private Missed() {}

  /**
   * SQL that is true where nobody would.
   *
   * @param deleted SQL of the numbers of the tables from which rows would be deleted
   * @param dropped SQL of the number of the table that would be dropped
   * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-trigger.html">pg_trigger</a>,
   *     whose tgtype has 8 on delete
   */
  static String byNobody(String deleted, String dropped) {
    return """
    NOT EXISTS (SELECT 1 FROM pg_trigger g
                 WHERE g.tgrelid IN (%1$s) AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 8 <> 0)
    AND NOT EXISTS (SELECT 1 FROM pg_rewrite r
                     WHERE r.ev_class IN (%1$s) AND r.ev_enabled <> 'D' AND r.ev_type = '4')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid IN (%1$s))
    AND NOT EXISTS (SELECT 1 FROM pg_publication b JOIN pg_publication_tables t ON t.pubname = b.pubname
                     WHERE b.pubdelete
                       AND (t.schemaname, t.tablename) IN (SELECT s.nspname, h.relname FROM pg_class h
                                                             JOIN pg_namespace s ON s.oid = h.relnamespace
                                                            WHERE h.oid IN (%1$s)))
    AND NOT EXISTS (SELECT 1 FROM pg_depend d LEFT JOIN pg_rewrite r ON r.oid = d.objid
                     WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = %2$s AND d.deptype = 'n'
                       AND (d.classid = 'pg_proc'::regclass
                            OR (d.classid = 'pg_rewrite'::regclass AND r.ev_class <> %2$s)))
    AND NOT EXISTS (SELECT 1 FROM pg_depend d JOIN pg_type y ON y.oid = d.refobjid
                     WHERE d.refclassid = 'pg_type'::regclass AND y.typrelid = %2$s AND d.deptype = 'n')
    """
        .formatted(deleted, dropped);
  }

  /** Whether nobody would miss this table; false where there is none. */
  public static boolean byNobody(Handle handle, long relation) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(ALONE)) {
      statement.setLong(1, relation);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}

package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The memory of rows that the database would not give up, so that planners leave them alone until
 * they change or their time has come: a day at first, twice as long each time, a month at most.
 *
 * <p>Who writes it holds the locks of the rows, so nobody else writes of them at the same time.
 */
public final class RefusedRows {
  private static final String AGAIN_AT =
      "now() + least(interval '1 day' * (1 << least(%s, 5)), interval '30 days')";

  private RefusedRows() {}

  /**
   * Remembers rows as they are now, in the transaction that tried to delete them, after what it
   * tried is undone. Rows that a foreign key holds are not remembered: planners look there
   * themselves.
   *
   * @param refusedBy who refused, by positions in {@code keys} from 0
   */
  public static void remember(
      Connection connection, RowTarget target, KeyBatch keys, Map<Integer, String> refusedBy)
      throws SQLException {
    Map<Integer, String> remembered = new TreeMap<>(refusedBy);
    Set<String> holders =
        target.holds().stream().map(hold -> "held by " + hold.who()).collect(Collectors.toSet());
    remembered.values().removeIf(holders::contains);
    if (remembered.isEmpty()) {
      return;
    }
    KeyBatch rows = keys.at(List.copyOf(remembered.keySet()));
    try (PreparedStatement statement = connection.prepareStatement(sql(target))) {
      rows.bind(statement);
      int by = target.shape().primaryKey().size() + 1;
      statement.setArray(
          by, connection.createArrayOf("text", new ArrayList<>(remembered.values()).toArray()));
      statement.setString(by + 1, target.policy().name());
      statement.setString(by + 2, target.policy().name());
      statement.execute();
    }
  }

  private static String sql(RowTarget target) {
    TableShape shape = target.shape();
    return """
    WITH refused AS MATERIALIZED (
      SELECT ARRAY[%1$s] AS key, %2$s.xmin::text AS row_version, reclaim_by.by
        FROM %3$s
        JOIN unnest(?::text[]) WITH ORDINALITY AS reclaim_by(by, ord) ON reclaim_by.ord = reclaim_ord
        JOIN %4$s ON %5$s),
    again AS (
      UPDATE reclaim.refused_row AS old
         SET times = CASE WHEN old.row_version = refused.row_version THEN old.times + 1 ELSE 1 END,
             again_at = %6$s,
             row_version = refused.row_version, by = refused.by, refused_at = now()
        FROM refused
       WHERE old.policy = ? AND old.key = refused.key
      RETURNING old.key)
    INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at)
    SELECT ?, key, row_version, by, %7$s
      FROM refused
     WHERE key NOT IN (SELECT key FROM again)
    """
        .formatted(
            shape.keyTexts(),
            shape.table().alias(),
            shape.keyRows(),
            shape.from(),
            shape.keyJoin(),
            AGAIN_AT.formatted(
                "CASE WHEN old.row_version = refused.row_version THEN old.times ELSE 0 END"),
            AGAIN_AT.formatted("0"));
  }
}

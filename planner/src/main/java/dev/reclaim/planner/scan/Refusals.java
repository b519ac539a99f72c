package dev.reclaim.planner.scan;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.Hold;
import dev.reclaim.database.TableShape;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.Sql;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * Rows that the database would refuse to give up: held by a foreign key, looked at anew each time,
 * or refused before and not changed since.
 */
public final class Refusals {
  /** Most remembered rows that are looked up at the end of one run. */
  private static final int FORGET_MAX = 20_000;

  private static final int NAMED_MAX = 3;

  private static final String WAITING =
      """
      SELECT by FROM reclaim.refused_row
       WHERE policy = :policy AND again_at > now()
       GROUP BY by ORDER BY count(*) DESC, by LIMIT :named
      """;

  private Refusals() {}

  /**
   * Who refuses.
   *
   * @param who for people, as the worker says it
   * @param sql true for rows that are refused
   */
  record Refusal(String who, String sql) {}

  /** All that may refuse rows of a policy now. */
  static List<Refusal> of(Handle handle, RowTarget target, Instant cutoff) {
    List<Refusal> refusals = new ArrayList<>();
    for (Hold hold : target.holds()) {
      refusals.add(new Refusal("held by " + hold.who(), hold.sqlBeforehand(target, cutoff)));
    }
    if (Books.readable(handle, "refused_row")) {
      List<String> by =
          handle
              .createQuery(WAITING)
              .bind("policy", target.policy().name())
              .bind("named", NAMED_MAX)
              .mapTo(String.class)
              .list();
      if (!by.isEmpty()) {
        refusals.add(
            new Refusal(
                "before and not changed since, not tried again for now: " + String.join(", ", by),
                remembered(target)));
      }
    }
    return refusals;
  }

  private static String remembered(RowTarget target) {
    String alias = target.policy().table().alias();
    return "EXISTS (SELECT 1 FROM reclaim.refused_row AS reclaim_refused WHERE reclaim_refused.policy = %s AND reclaim_refused.key = ARRAY[%s] AND reclaim_refused.row_version = %s.xmin::text AND reclaim_refused.again_at > now())"
        .formatted(Sql.literal(target.policy().name()), target.shape().keyTexts(), alias);
  }

  /** Forgets rows that are gone, and what nobody has asked after for long. */
  public static void forget(Database database, RowTarget target) {
    TableShape shape = target.shape();
    String key =
        IntStream.range(0, shape.primaryKey().size())
            .mapToObj(
                i -> {
                  Column column = shape.primaryKey().get(i);
                  return "%s = (old.key)[%d]::%s"
                      .formatted(shape.table().column(column.name()), i + 1, column.type());
                })
            .collect(Collectors.joining(" AND "));
    String sql =
        """
        DELETE FROM reclaim.refused_row
         WHERE ctid = ANY (ARRAY(
                 SELECT old.ctid
                   FROM (SELECT ctid, key, again_at FROM reclaim.refused_row
                          WHERE policy = ? ORDER BY again_at LIMIT %d) AS old
                  WHERE old.again_at < now() - interval '60 days'
                     OR NOT EXISTS (SELECT 1 FROM %s WHERE %s)))
        """
            .formatted(FORGET_MAX, shape.from(), key);
    int unused =
        database.inTransaction(
            handle -> {
              try (var statement = handle.getConnection().prepareStatement(sql)) {
                statement.setString(1, target.policy().name());
                return statement.executeUpdate();
              }
            });
  }
}

package dev.reclaim.worker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What one database's ledger holds that was committed and, as far as it knows, not yet said. */
public final class Unemitted {
  /** How long the metrics stream knows what it has counted. */
  public static final Duration REMEMBERED = Duration.ofDays(7);

  private static final int EVENTS_MAX = 100;

  private static final String OLDEST =
      """
      SELECT source, id, planned_on, outcome::text AS outcome, follow_ups::text AS follow_ups
        FROM reclaim.ledger
       WHERE emitted_at IS NULL AND outcome IS NOT NULL
         AND completed_at < now() - CAST(:after AS interval)
       ORDER BY completed_at
       LIMIT :limit
      """;

  private static final String OVERDUE =
      """
      SELECT count(*) FROM reclaim.ledger
       WHERE emitted_at IS NULL AND outcome IS NOT NULL
         AND completed_at < now() - CAST(:remembered AS interval) / 4
      """;

  private static final String LOCK =
      "SELECT pg_try_advisory_lock(hashtext('reclaim.sweep_unemitted'))";

  private static final String UNLOCK =
      "SELECT pg_advisory_unlock(hashtext('reclaim.sweep_unemitted'))";

  private Unemitted() {}

  /** Says events, and returns those that the brokers have. */
  @FunctionalInterface
  public interface Saying {
    List<EventIdentity> say(List<Settled> events) throws InterruptedException;
  }

  /**
   * Has said what nobody has, in batches of {@value #EVENTS_MAX}, unless another session is at it.
   * No transaction is open while events are said.
   *
   * @param handle outside any transaction
   * @param after how old, on the database's clock, a row has to be
   * @return events said
   */
  public static int sweep(Handle handle, String database, Duration after, Saying saying)
      throws InterruptedException, SQLException {
    if (!handle.createQuery(LOCK).mapTo(Boolean.class).one()) {
      return 0;
    }
    try {
      return sayAll(handle, database, after, saying);
    } finally {
      handle.createQuery(UNLOCK).mapTo(Boolean.class).one();
    }
  }

  private static int sayAll(Handle handle, String database, Duration after, Saying saying)
      throws InterruptedException, SQLException {
    int said = 0;
    while (true) {
      List<Settled> oldest = oldest(handle, database, after);
      List<EventIdentity> arrived = oldest.isEmpty() ? List.of() : saying.say(oldest);
      if (!arrived.isEmpty()) {
        Ledger.emitted(handle, arrived);
      }
      said += arrived.size();
      if (oldest.size() < EVENTS_MAX || arrived.size() < oldest.size()) {
        return said;
      }
    }
  }

  private static List<Settled> oldest(Handle handle, String database, Duration after) {
    return handle
        .createQuery(OLDEST)
        .bind("after", after.toString())
        .bind("limit", EVENTS_MAX)
        .map((row, context) -> settled(database, row))
        .list();
  }

  private static Settled settled(String database, ResultSet row) throws SQLException {
    @Nullable String followUps = row.getString("follow_ups");
    return new Settled(
        database,
        EventCodec.decode(row.getString("outcome").getBytes(UTF_8), CleanupOutcome.class),
        followUps == null
            ? List.of()
            : List.of(EventCodec.decode(followUps.getBytes(UTF_8), FollowUp[].class)));
  }

  /** Events that should have been said long ago: nobody will count them without being told. */
  public static long overdue(Handle handle) {
    return handle
        .createQuery(OVERDUE)
        .bind("remembered", REMEMBERED.toString())
        .mapTo(Long.class)
        .one();
  }
}

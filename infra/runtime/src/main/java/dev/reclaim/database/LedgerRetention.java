package dev.reclaim.database;

import dev.reclaim.policy.DatabaseSettings;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Drops the months of a ledger that are older than it is kept, the oldest first, each in one
 * transaction: the floor is raised, so that what is planned below it is refused from then on; the
 * sums go into {@code ledger_totals}; what belongs to the month alone goes with it.
 *
 * <p>A month stays while it holds an intent that is open or an outcome that was not said.
 */
public final class LedgerRetention {
  private static final String LIMITS =
      "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '10min'";

  /** Whoever makes partitions has the same lock. */
  private static final String ALONE =
      "SELECT pg_try_advisory_xact_lock(hashtext('reclaim.prepare_ledger'))";

  private static final String NEXT =
      """
      SELECT date_trunc('month', floor)::date AS month
        FROM reclaim.ledger_floor
       WHERE (date_trunc('month', floor) + interval '1 month')::date
             <= ((now() AT TIME ZONE 'UTC') - make_interval(secs => :seconds))::date
         AND date_trunc('month', floor) < date_trunc('month', now() AT TIME ZONE 'UTC')
      """;

  private static final String RAISE =
      "UPDATE reclaim.ledger_floor SET floor = CAST(:after AS date) WHERE floor < CAST(:after AS date)";

  /** Readers may go on; whoever writes an entry of the month has ended. */
  private static final String HOLD = "LOCK TABLE ONLY reclaim.ledger_%s IN EXCLUSIVE MODE";

  private static final String OBSTACLE =
      """
      SELECT CASE
               WHEN EXISTS (SELECT 1 FROM reclaim.ledger_%s WHERE emitted_at IS NULL)
                 THEN 'it holds outcomes that are not known to be on their topic'
               WHEN EXISTS (SELECT 1 FROM reclaim.store_intent WHERE state = 'intent' AND planned_on < :after)
                 THEN 'a file of it is about to be deleted'
               WHEN EXISTS (SELECT 1 FROM reclaim.quarantined_file
                             WHERE state IN ('moving', 'purging', 'restoring') AND planned_on < :after)
                 THEN 'a file of it is about to leave a quarantine, or to enter it'
               WHEN EXISTS (SELECT 1 FROM reclaim.partition_intent WHERE state = 'intent' AND planned_on < :after)
                 THEN 'a partition of it is about to be dropped'
               WHEN EXISTS (SELECT 1 FROM reclaim.run WHERE finished_at IS NULL AND started_at < CAST(:after AS date) AT TIME ZONE 'UTC')
                 THEN 'a run of it is not finished'
             END
      """;

  /**
   * Labels beyond the thousand that a policy keeps apart are summed as the rest, as the metrics do;
   * the first to come have the places.
   */
  private static final String FOLD =
      """
      WITH sums AS MATERIALIZED (
        SELECT * FROM reclaim.ledger_sums(:month, :after, 'infinity')),
      known AS (
        SELECT policy, labels FROM reclaim.ledger_totals WHERE span = 'day' GROUP BY policy, labels),
      taken AS (
        SELECT policy, count(*) AS places FROM known GROUP BY policy),
      fresh AS (
        SELECT s.policy, s.labels, row_number() OVER (PARTITION BY s.policy ORDER BY min(s.start), s.labels) AS place
          FROM sums s
         WHERE s.span = 'day' AND NOT EXISTS (SELECT 1 FROM known k WHERE k.policy = s.policy AND k.labels = s.labels)
         GROUP BY s.policy, s.labels),
      placed AS (
        SELECT s.policy, s.kind,
               CASE WHEN f.place + coalesce(t.places, 0) > :labelsMax
                    THEN (SELECT jsonb_object_agg(key, '(other)') FROM jsonb_each_text(s.labels))
                    ELSE s.labels END AS labels,
               s.span, s.start, s.events, s.rows, s.files, s.bytes, s.deleted, s.deleted_inferred, s.marked, s.protected,
               s.held, s.refused, s.locked, s.changed, s.missing, s.failed, s.quarantined, s.purged, s.restored,
               s.updated_at
          FROM sums s
          LEFT JOIN fresh f ON s.span = 'day' AND f.policy = s.policy AND f.labels = s.labels
          LEFT JOIN taken t ON t.policy = s.policy)
      INSERT INTO reclaim.ledger_totals AS old
      SELECT policy, kind, labels, span, start, sum(events), sum(rows), sum(files), sum(bytes), sum(deleted),
             sum(deleted_inferred), sum(marked), sum(protected), sum(held), sum(refused), sum(locked), sum(changed),
             sum(missing), sum(failed), sum(quarantined), sum(purged), sum(restored), max(updated_at)
        FROM placed
       GROUP BY policy, kind, labels, span, start
      ON CONFLICT (policy, kind, labels, span, start) DO UPDATE SET
        events = old.events + excluded.events, rows = old.rows + excluded.rows, files = old.files + excluded.files,
        bytes = old.bytes + excluded.bytes, deleted = old.deleted + excluded.deleted,
        deleted_inferred = old.deleted_inferred + excluded.deleted_inferred, marked = old.marked + excluded.marked,
        protected = old.protected + excluded.protected, held = old.held + excluded.held,
        refused = old.refused + excluded.refused, locked = old.locked + excluded.locked,
        changed = old.changed + excluded.changed, missing = old.missing + excluded.missing,
        failed = old.failed + excluded.failed, quarantined = old.quarantined + excluded.quarantined,
        purged = old.purged + excluded.purged, restored = old.restored + excluded.restored,
        updated_at = greatest(old.updated_at, excluded.updated_at)
      """;

  private static final String FOLD_RUNS =
      """
      UPDATE reclaim.run AS r
         SET dropped_rows = r.dropped_rows + s.rows, dropped_files = r.dropped_files + s.files,
             dropped_bytes = r.dropped_bytes + s.bytes
        FROM (SELECT run, sum(rows) AS rows, sum(files) AS files, sum(bytes) AS bytes
                FROM reclaim.ledger_%s WHERE run IS NOT NULL GROUP BY run) AS s
       WHERE r.id = s.run
      """;

  private static final String DROP = "DROP TABLE reclaim.ledger_%s";

  /** Labels of a policy that the metrics keep apart. */
  private static final int LABELS_MAX = 1_000;

  private static final String OLD_RUNS =
      """
      SELECT r.id FROM reclaim.run r
       WHERE r.finished_at IS NOT NULL AND r.started_at < CAST(:after AS date) AT TIME ZONE 'UTC'
         AND EXISTS (SELECT 1 FROM reclaim.run newer WHERE newer.policy = r.policy AND newer.started_at > r.started_at)
      """;

  /** Runs stay as long as the ledger does, and the newest of each policy, which is its status. */
  private static final List<String> FORGET =
      List.of(
          "DELETE FROM reclaim.store_intent WHERE state = 'done' AND planned_on < :after",
          "DELETE FROM reclaim.partition_intent WHERE state IN ('done', 'returned') AND planned_on < :after",
          "DELETE FROM reclaim.dead_letter WHERE planned_on < :after",
          "DELETE FROM reclaim.run_space WHERE run IN (" + OLD_RUNS + ")",
          "DELETE FROM reclaim.run_event WHERE run IN (" + OLD_RUNS + ")",
          "DELETE FROM reclaim.run WHERE id IN (" + OLD_RUNS + ")");

  private final Database database;
  private final Duration keep;

  /**
   * Has dropped nothing yet.
   *
   * @param keep at least {@link DatabaseSettings#KEEP_LEDGER_MIN}
   */
  public LedgerRetention(Database database, Duration keep) {
    if (keep.compareTo(DatabaseSettings.KEEP_LEDGER_MIN) < 0) {
      throw new IllegalArgumentException("too short to keep a ledger: " + keep);
    }
    this.database = database;
    this.keep = keep;
  }

  /** What came of one look at the oldest month. */
  public sealed interface Step {
    /** It was dropped; the next may follow. */
    record Dropped(LocalDate month) implements Step {}

    /** It is due, and stays. */
    record Refused(LocalDate month, String why) implements Step {}

    /** No month is due, or somebody else is at it. */
    record Nothing() implements Step {}
  }

  /**
   * Drops the oldest month if it is due. Errors of the database pass through, with nothing changed;
   * a lock that is not to be had within 2 s is one.
   */
  public Step dropOldest() {
    return database.jdbi().inTransaction(this::dropOldest);
  }

  private Step dropOldest(Handle handle) {
    handle.execute(LIMITS);
    Optional<LocalDate> due = due(handle);
    if (due.isEmpty()) {
      return new Step.Nothing();
    }
    LocalDate month = due.get();
    LocalDate after = month.plusMonths(1);
    String name = "%1$tY_%1$tm".formatted(month);
    handle.createUpdate(RAISE).bind("after", after).execute();
    handle.execute(HOLD.formatted(name));
    Optional<String> obstacle =
        handle
            .createQuery(OBSTACLE.formatted(name))
            .bind("after", after)
            .map((row, context) -> Optional.ofNullable(row.getString(1)))
            .one();
    if (obstacle.isPresent()) {
      handle.rollback();
      return new Step.Refused(month, obstacle.get());
    }
    fold(handle, month, after, name);
    forget(handle, after);
    handle.execute(DROP.formatted(name));
    return new Step.Dropped(month);
  }

  private Optional<LocalDate> due(Handle handle) {
    if (!handle.createQuery(ALONE).mapTo(Boolean.class).one()) {
      return Optional.empty();
    }
    return handle
        .createQuery(NEXT)
        .bind("seconds", (double) keep.toSeconds())
        .mapTo(LocalDate.class)
        .findOne();
  }

  private static void fold(Handle handle, LocalDate month, LocalDate after, String name) {
    handle
        .createUpdate(FOLD)
        .bind("month", month)
        .bind("after", after)
        .bind("labelsMax", LABELS_MAX)
        .execute();
    handle.execute(FOLD_RUNS.formatted(name));
  }

  private static void forget(Handle handle, LocalDate after) {
    for (String statement : FORGET) {
      int unused = handle.createUpdate(statement).bind("after", after).execute();
    }
  }
}

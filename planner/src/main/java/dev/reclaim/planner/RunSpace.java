package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.space.SpaceEstimate;
import dev.reclaim.space.SpaceModel;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The estimate of what a run's deleted rows leave reusable: its tables are looked at before the
 * first of them goes, and the exact sums of the ledger say the rest. Without it a run goes on as
 * well.
 */
final class RunSpace {
  private static final Logger LOG = LoggerFactory.getLogger(RunSpace.class);

  private static final String STORE =
      """
      INSERT INTO reclaim.run_space (run, part, bytes_per_row, bytes_per_byte)
      VALUES (:run, :part, :perRow, :perByte)
      ON CONFLICT DO NOTHING
      """;

  /** Children are among the rows and bytes of an event. */
  private static final String ESTIMATE =
      """
      WITH gone AS (
        SELECT coalesce(sum(rows), 0) AS rows, coalesce(sum(bytes), 0) AS bytes,
               coalesce(sum((outcome -> 'children' ->> 'rows')::bigint), 0) AS child_rows,
               coalesce(sum((outcome -> 'children' ->> 'bytes')::bigint), 0) AS child_bytes
          FROM reclaim.ledger
         WHERE run = :run AND kind = 'expired-records'),
      part AS (
        SELECT 'rows' AS part, rows - child_rows AS rows, bytes - child_bytes AS bytes FROM gone
        UNION ALL
        SELECT 'children', child_rows, child_bytes FROM gone),
      reusable AS (
        SELECT sum(greatest(0, round(s.bytes_per_row * part.rows + s.bytes_per_byte * part.bytes)))::bigint AS bytes
          FROM reclaim.run_space s
          JOIN part USING (part)
         WHERE s.run = :run)
      UPDATE reclaim.run SET reusable_bytes_estimate = reusable.bytes
        FROM reusable
       WHERE id = :run AND reusable.bytes IS NOT NULL
      RETURNING reusable_bytes_estimate
      """;

  private final Databases databases;
  private final Map<String, RowTarget> targets;

  RunSpace(Databases databases, Map<String, RowTarget> targets) {
    this.databases = databases;
    this.targets = targets;
  }

  /** Looks at the tables of a run that has not begun to delete from them. */
  void calibrate(Run run) {
    Optional<RowTarget> target = deleting(run.policy());
    if (target.isEmpty() || run.pass() > 1 || run.published() || !run.position().isEmpty()) {
      return;
    }
    try {
      Database database = home(target.get());
      SpaceModel model = SpaceModel.of(database, target.get(), run.cutoff());
      database
          .jdbi()
          .useTransaction(
              handle -> {
                store(handle, run, "rows", model.rows());
                store(handle, run, "children", model.children());
              });
    } catch (DatabaseException | JdbiException e) {
      LOG.info("{}: no estimate of reusable space: {}", run.policy(), e.getMessage());
    }
  }

  private static void store(Handle handle, Run run, String part, SpaceEstimate estimate) {
    handle
        .createUpdate(STORE)
        .bind("run", run.id())
        .bind("part", part)
        .bind("perRow", estimate.bytesPerRow())
        .bind("perByte", estimate.bytesPerByte())
        .execute();
  }

  /** Gives a run that is over back with its estimate, if there is one. */
  RunResult estimate(RunResult run) {
    Optional<RowTarget> target = deleting(run.policy());
    if (target.isEmpty()) {
      return run;
    }
    try {
      return home(target.get())
          .jdbi()
          .withHandle(
              handle ->
                  handle.createQuery(ESTIMATE).bind("run", run.run()).mapTo(Long.class).findOne())
          .map(bytes -> run.estimating(OptionalLong.of(bytes)))
          .orElse(run);
    } catch (JdbiException e) {
      LOG.info("{}: no estimate of reusable space: {}", run.policy(), e.getMessage());
      return run;
    }
  }

  private Optional<RowTarget> deleting(String policy) {
    return Optional.ofNullable(targets.get(policy)).filter(it -> !it.policy().marks());
  }

  private Database home(RowTarget target) {
    return databases.get(target.policy().database());
  }
}

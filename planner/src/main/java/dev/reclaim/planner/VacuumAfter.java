package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vacuums the tables of a policy that asks for it, once, when a run of it is over that took much.
 *
 * <p>The run is done whatever comes of it: what did not work is a note of the run.
 */
final class VacuumAfter {
  /** Rows that are much, whatever the table's size. */
  static final long ROWS_MIN = 50_000;

  /** Part of the table that is much. */
  static final double PART_MIN = 0.2;

  private static final Logger LOG = LoggerFactory.getLogger(VacuumAfter.class);

  private static final String LIVE =
      """
      SELECT coalesce(sum(pg_stat_get_live_tuples(relid)), 0)::bigint
        FROM (SELECT to_regclass(:table)::oid AS relid
              UNION
              SELECT relid FROM pg_partition_tree(to_regclass(:table))) AS t
      """;

  private static final String NOTE =
      "UPDATE reclaim.run SET notes = notes || CAST(:notes AS text[]) WHERE id = :run";

  private final Databases databases;
  private final Map<String, RowTarget> targets;

  VacuumAfter(Databases databases, Map<String, RowTarget> targets) {
    this.databases = databases;
    this.targets = targets;
  }

  /** Does what there is to do, and gives the run back with what there is to say. */
  RunResult after(Policy policy, RunResult run) throws InterruptedException {
    Optional<RowTarget> target =
        Optional.ofNullable(targets.get(policy.name())).filter(it -> it.policy().vacuumsAfter());
    return target.isPresent() ? after(target.get(), run) : run;
  }

  private RunResult after(RowTarget target, RunResult run) throws InterruptedException {
    RowPolicy policy = target.policy();
    Database database = databases.get(policy.database());
    List<String> notes = new ArrayList<>();
    try (Handle handle = database.jdbi().open()) {
      if (isMuch(run.counts().deleted() + run.counts().marked(), live(handle, policy.table()))) {
        notes.addAll(new VacuumSession(handle).vacuum(tables(target)));
      }
    } catch (JdbiException | SQLException e) {
      notes.add("the tables could not be vacuumed: " + firstLine(e));
    }
    note(database, run, notes);
    return run.noting(notes);
  }

  /** Whether so many rows are worth a vacuum. */
  static boolean isMuch(long gone, long left) {
    return gone >= ROWS_MIN || (gone > 0 && gone >= PART_MIN * (gone + left));
  }

  private static long live(Handle handle, TableName table) {
    return handle.createQuery(LIVE).bind("table", table.sql()).mapTo(Long.class).one();
  }

  /** Marked rows leave no children. */
  private static List<TableName> tables(RowTarget target) {
    Stream<TableName> children =
        target.policy().marks()
            ? Stream.empty()
            : target.children().stream().map(path -> path.child().table());
    return Stream.concat(Stream.of(target.policy().table()), children).distinct().toList();
  }

  private static void note(Database database, RunResult run, List<String> notes) {
    if (notes.isEmpty()) {
      return;
    }
    LOG.info("{}: {}", run.run(), String.join("; ", notes));
    try {
      database
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createUpdate(NOTE)
                      .bindArray("notes", String.class, notes)
                      .bind("run", run.run())
                      .execute());
    } catch (JdbiException e) {
      LOG.warn("the notes of {} could not be kept: {}", run.run(), e.toString());
    }
  }

  static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
  }
}

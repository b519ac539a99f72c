package dev.reclaim.worker.pace;

import dev.reclaim.policy.TableName;
import java.util.Collection;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * Dead rows of the tables being cleaned, and the vacuum that runs on them. A vacuum is given room
 * where most of the table is dead; else deleting only goes no faster meanwhile.
 */
final class VacuumSignal implements Signal {
  /** Fewer dead rows are no burden. */
  static final long DEAD_MIN = 1_000_000;

  /** Part of all rows that may be dead while a vacuum is at them. */
  static final double DEAD_PART_MAX = 0.6;

  private static final String TABLE =
      """
      SELECT coalesce(sum(pg_stat_get_live_tuples(t.relid)), 0)::bigint AS live,
             coalesce(sum(pg_stat_get_dead_tuples(t.relid)), 0)::bigint AS dead,
             count(v.pid) AS vacuums
        FROM (SELECT c.oid AS relid
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = :schema AND c.relname = :table
              UNION
              SELECT p.relid
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_partition_tree(c.oid) p
               WHERE n.nspname = :schema AND c.relname = :table AND c.relkind = 'p') AS t
        LEFT JOIN pg_stat_progress_vacuum v ON v.relid = t.relid
      """;

  private final Supplier<Collection<TableName>> tables;

  VacuumSignal(Supplier<Collection<TableName>> tables) {
    this.tables = tables;
  }

  /** A table with its partitions. */
  record Tuples(TableName table, long live, long dead, long vacuums) {}

  @Override
  public Reading read(Handle handle) {
    Reading reading = Reading.CALM;
    for (TableName table : tables.get()) {
      Tuples tuples =
          handle
              .createQuery(TABLE)
              .bind("schema", table.schema())
              .bind("table", table.table())
              .map(
                  (row, context) ->
                      new Tuples(
                          table, row.getLong("live"), row.getLong("dead"), row.getLong("vacuums")))
              .one();
      reading = reading.or(judge(tuples));
    }
    return reading;
  }

  /** What one table at one moment means. */
  Reading judge(Tuples tuples) {
    if (tuples.vacuums() == 0) {
      return Reading.CALM;
    }
    boolean much =
        tuples.dead() > DEAD_MIN && tuples.dead() > DEAD_PART_MAX * (tuples.live() + tuples.dead());
    return new Reading(
        much ? Pressure.SLOW : Pressure.HOLD,
        name(),
        "%s is being vacuumed, with %,d dead rows beside %,d"
            .formatted(tuples.table(), tuples.dead(), tuples.live()));
  }

  @Override
  public String name() {
    return "vacuum";
  }
}

package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.MinusInfinity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The proof that every row has expired whose age column lies in a range, whatever else the rows
 * say: the sister of {@link RowPredicate} for policies by age alone.
 *
 * @param type of the column
 */
public record ExpiredRange(Expiry.Age age, ColumnType.Age type) {
  /**
   * SQL that is true where the proof holds.
   *
   * @param lowest SQL of the lowest value, of the column's type
   * @param beyond SQL of the first value that is not in the range any more, likewise
   * @param cutoff never later than the retention allows on the database's clock
   */
  public String sql(String lowest, String beyond, Instant cutoff) {
    String instant = AgePredicate.instant(age, cutoff);
    List<String> terms = new ArrayList<>();
    switch (type) {
      case TIMESTAMP_WITH_ZONE -> terms.add("%s <= %s".formatted(beyond, instant));
      case TIMESTAMP -> terms.add(wall(beyond, instant));
      case DATE -> terms.add("%s <= (%s AT TIME ZONE %s)::date".formatted(beyond, instant, zone()));
      case EPOCH -> {
        long perSecond = age.unit().orElseThrow().perSecond();
        terms.add(
            "%s <= floor(extract(epoch FROM %s) * %d)::bigint"
                .formatted(beyond, instant, perSecond));
        terms.add(
            "%s >= %d".formatted(lowest, AgePredicate.EPOCH_FLOOR.getEpochSecond() * perSecond));
      }
    }
    if (type != ColumnType.Age.EPOCH && age.forever() == MinusInfinity.KEEP) {
      terms.add("isfinite(%s)".formatted(lowest));
    }
    return String.join(" AND ", terms);
  }

  /**
   * A time that a clock never showed in spring is a later instant than the first ones after it: all
   * that a clock was ever put forward by is looked at, in steps no smaller than which it was.
   */
  private String wall(String beyond, String instant) {
    return """
    CASE WHEN isfinite(%1$s)
         THEN %1$s <= (%2$s AT TIME ZONE %3$s) AND (%1$s AT TIME ZONE %3$s) <= %2$s
          AND NOT EXISTS (SELECT 1
                            FROM generate_series(%1$s - interval '25 hours', %1$s - interval '15 minutes',
                                                 interval '15 minutes') AS wall
                           WHERE (wall AT TIME ZONE %3$s) + interval '15 minutes' > %2$s)
         ELSE false END"""
        .formatted(beyond, instant, zone());
  }

  private String zone() {
    return Sql.zone(age.zone().orElseThrow());
  }
}

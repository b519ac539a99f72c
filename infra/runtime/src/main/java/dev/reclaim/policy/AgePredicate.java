package dev.reclaim.policy;

import dev.reclaim.policy.Expiry.EpochUnit;
import dev.reclaim.policy.Expiry.MinusInfinity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The age of a policy's rows compiled to SQL.
 *
 * @param known the type of the column that they age by; empty where it is none that tells a time
 * @param mayBeNaN whether the column knows a number that is none
 */
record AgePredicate(
    TableName table, Expiry.Age age, Optional<ColumnType.Age> known, boolean mayBeNaN) {
  /**
   * A number below this would be a time before 1980: whoever wrote it counted in another unit, or
   * did not know.
   */
  static final Instant EPOCH_FLOOR = Instant.parse("1980-01-01T00:00:00Z");

  /** Of a policy's column, as the catalog has it. */
  static AgePredicate of(TableName table, Expiry.Age age, TableTypes types) {
    ColumnType type = types.type(table, age.by());
    return new AgePredicate(table, age, type.age(), type.hasNaN());
  }

  /** SQL of the time since when a row ages, a {@code timestamptz}. */
  String since() {
    String column = column();
    return switch (type()) {
      case TIMESTAMP_WITH_ZONE -> column;
      case TIMESTAMP -> "(%s AT TIME ZONE %s)".formatted(column, zone());
      case DATE -> "(%s::timestamp AT TIME ZONE %s)".formatted(column, zone());
      case EPOCH -> "to_timestamp(%s::double precision / %d)".formatted(column, unit().perSecond());
    };
  }

  /** Terms that are all true for rows that are old enough at {@code cutoff}. */
  List<String> old(Instant cutoff) {
    List<String> terms = new ArrayList<>();
    String column = column();
    String instant = instant(age, cutoff);
    switch (type()) {
      case TIMESTAMP_WITH_ZONE -> terms.add(column + " < " + instant);
      case TIMESTAMP -> {
        terms.add("%s < (%s AT TIME ZONE %s)".formatted(column, instant, zone()));
        terms.add("(%s AT TIME ZONE %s) < %s".formatted(column, zone(), instant));
      }
      case DATE -> terms.add("%s < (%s AT TIME ZONE %s)::date".formatted(column, instant, zone()));
      case EPOCH -> {
        terms.add("%s < %s".formatted(column, number(instant, unit())));
        terms.add(column + " >= " + number(EPOCH_FLOOR, unit()));
      }
    }
    if (type() != ColumnType.Age.EPOCH && age.forever() == MinusInfinity.KEEP) {
      terms.add("isfinite(" + column + ")");
    }
    return terms;
  }

  /** Terms that are all true for rows that are old enough, or whose date says nothing. */
  List<String> oldOrUndated(Instant cutoff) {
    List<String> old = bounds(once(instant(age, cutoff)));
    return mayBeNaN
        ? List.of("(%s OR %s = 'NaN')".formatted(String.join(" AND ", old), column()))
        : old;
  }

  /** A bound of nothing but the column, true for all of these; empty where there is none. */
  Optional<String> bound(Instant cutoff) {
    return mayBeNaN ? Optional.empty() : Optional.of(bounds(once(instant(age, cutoff))).get(0));
  }

  /** The same at a cutoff that the database can foresee when it estimates. */
  Optional<String> foreseenBound(Instant cutoff) {
    return mayBeNaN
        ? Optional.empty()
        : Optional.of(bounds("timestamptz " + Sql.literal(cutoff.toString())).get(0));
  }

  private String column() {
    return table.column(age.by());
  }

  private ColumnType.Age type() {
    return known.orElseThrow();
  }

  /** What is older, or so early that it says nothing. */
  private List<String> bounds(String instant) {
    String column = column();
    return switch (type()) {
      case TIMESTAMP_WITH_ZONE -> List.of("%s < %s".formatted(column, instant));
      case TIMESTAMP ->
          List.of(
              "%s < (%s AT TIME ZONE %s)".formatted(column, instant, zone()),
              "(%s AT TIME ZONE %s) < %s".formatted(column, zone(), instant));
      case DATE -> List.of("%s < (%s AT TIME ZONE %s)::date".formatted(column, instant, zone()));
      case EPOCH ->
          List.of(
              "%s < greatest(%s, %d)"
                  .formatted(column, number(instant, unit()), number(EPOCH_FLOOR, unit())));
    };
  }

  /** Computed once by the statement and not for each row. */
  private static String once(String sql) {
    return "(SELECT " + sql + ")";
  }

  /** SQL of the moment that what is older than has expired: never later than the policy allows. */
  static String instant(Expiry.Age age, Instant cutoff) {
    return "LEAST(timestamptz %s, %s)"
        .formatted(Sql.literal(cutoff.toString()), age.after().cutoffSql("now()"));
  }

  /** True for rows whose date says nothing, which stay; empty where every date says something. */
  Optional<String> noDate() {
    String column = column();
    if (type() == ColumnType.Age.EPOCH) {
      String early = column + " < " + number(EPOCH_FLOOR, unit());
      return Optional.of(mayBeNaN ? "(%s OR %s = 'NaN')".formatted(early, column) : early);
    }
    return age.forever() == MinusInfinity.KEEP
        ? Optional.of(column + " = '-infinity'")
        : Optional.empty();
  }

  private EpochUnit unit() {
    return age.unit().orElseThrow();
  }

  private static String number(String instant, EpochUnit unit) {
    return "floor(extract(epoch FROM %s) * %d)::bigint".formatted(instant, unit.perSecond());
  }

  private static long number(Instant instant, EpochUnit unit) {
    return instant.getEpochSecond() * unit.perSecond();
  }

  private String zone() {
    return Sql.zone(age.zone().orElseThrow());
  }
}

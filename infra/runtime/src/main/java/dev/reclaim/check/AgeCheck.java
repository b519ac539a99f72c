package dev.reclaim.check;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.Expiry.Age;
import java.util.Optional;

/** Whether the column that says how old a row is can say so, and how it is to be read. */
final class AgeCheck implements RowCheck {
  @Override
  public void check(ExaminedRows rows, Report report) {
    rows.policy()
        .expiry()
        .age()
        .ifPresent(
            age ->
                new TableCheck(rows.live(), report)
                    .column("expire.by", rows.shape(), age.by())
                    .ifPresent(column -> check(age, column, report)));
  }

  private static void check(Age age, Column column, Report report) {
    Optional<ColumnType.Age> type = new ColumnType(column.base()).age();
    if (type.isEmpty()) {
      report.error(
          "expire.by",
          "the column %s of type %s says no time".formatted(column.name(), column.type()),
          "name a timestamptz, timestamp, date or number");
      return;
    }
    boolean epoch = type.get() == ColumnType.Age.EPOCH;
    if (epoch && age.unit().isEmpty()) {
      report.error(
          "expire.by",
          "the column %s is a number".formatted(column.name()),
          "say what it counts since 1970, like expire: { ..., unit: seconds }");
    }
    if (!epoch && age.unit().isPresent()) {
      report.error(
          "expire.unit",
          "the column %s of type %s counts nothing".formatted(column.name(), column.type()),
          "remove \"unit\"");
    }
    boolean naive = type.get() == ColumnType.Age.TIMESTAMP || type.get() == ColumnType.Age.DATE;
    if (naive && age.zone().isEmpty()) {
      report.error(
          "expire.by",
          "the column %s of type %s has no zone of its own".formatted(column.name(), column.type()),
          "say which it is written in, like expire: { ..., zone: UTC }");
    }
  }
}

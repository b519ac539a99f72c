package dev.reclaim.check;

import dev.reclaim.database.TableShape;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.Expiry.Newest;
import dev.reclaim.policy.Protection;
import dev.reclaim.policy.Protection.LetterCase;
import dev.reclaim.policy.Protection.Through;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be known of references that are no foreign keys: that nothing but the retention covers
 * one that is made late, and whether an index serves the look at them.
 */
final class SoftReferencesCheck implements RowCheck {
  @Override
  public void check(ExaminedRows rows, Report report) {
    if (!rows.named()) {
      return;
    }
    RowPolicy policy = rows.policy();
    for (int i = 0; i < policy.protections().size(); i++) {
      protection("protect[%d]".formatted(i), policy.protections().get(i), rows, report);
    }
    if (!policy.marks()) {
      for (int i = 0; i < policy.children().listed().size(); i++) {
        child("children[%d]".formatted(i), policy.children().listed().get(i), rows, report);
      }
    }
    policy.keeping().newest().ifPresent(newest -> newest(newest, rows, report));
    policy
        .expiry()
        .orphaned()
        .ifPresent(
            orphaned ->
                orphaned
                    .parentColumn()
                    .ifPresent(
                        column ->
                            served(
                                "expire.orphaned",
                                orphaned.parent(),
                                Sql.identifier(column),
                                column,
                                rows,
                                report)));
  }

  private static void protection(
      String part, Protection protection, ExaminedRows rows, Report report) {
    if (isForeignKey(protection, rows.shape())) {
      return;
    }
    report.note(
        part,
        "a reference that %s makes later is covered by the retention alone: no foreign key locks the row"
            .formatted(protection.table()),
        "keep the retention longer than such a writer takes");
    if (!(protection instanceof Through through)) {
      return;
    }
    Optional<Column> column =
        rows.live().tables().find(through.table()).flatMap(it -> it.column(through.column()));
    if (column.isPresent() && !new ColumnType(column.get().base()).isJson()) {
      served(part, through.table(), key(through, column.get()), through.column(), rows, report);
    }
  }

  /** What an index would be made of. */
  private static String key(Through through, Column column) {
    String name = Sql.identifier(column.name());
    return through.letterCase() == LetterCase.INSENSITIVE ? "lower(" + name + ")" : name;
  }

  private static void child(String part, Child child, ExaminedRows rows, Report report) {
    boolean keyed =
        rows.shape().inbound().stream()
            .anyMatch(
                key ->
                    key.referring().equals(child.table())
                        && key.columns().contains(child.column()));
    if (!keyed) {
      served(part, child.table(), Sql.identifier(child.column()), child.column(), rows, report);
    }
  }

  private static void newest(Newest newest, ExaminedRows rows, Report report) {
    List<String> columns = new ArrayList<>(newest.per());
    columns.add(newest.by());
    Indexes indexes = new Indexes(rows.live());
    if (!indexes.begin(rows.policy().table(), newest.per())) {
      report.warning(
          "keep-newest",
          "no index of %s begins with %s, so each expired row would scan it"
              .formatted(rows.policy().table(), String.join(", ", newest.per())),
          indexes.create(rows.policy().table(), Indexes.columns(columns)));
    }
  }

  private static void served(
      String part, TableName table, String key, String column, ExaminedRows rows, Report report) {
    Optional<String> type =
        rows.live().tables().find(table).flatMap(it -> it.column(column)).map(Column::type);
    if (type.isEmpty()) {
      return;
    }
    Indexes indexes = new Indexes(rows.live());
    if (!indexes.lead(table, key)) {
      boolean array = new ColumnType(type.get()).isArray();
      report.warning(
          part,
          "no index of %s begins with %s, so each expired row would scan it"
              .formatted(table, column),
          array
              ? "CREATE INDEX CONCURRENTLY ON %s USING gin (%s)".formatted(table.sql(), key)
              : indexes.create(table, key));
    }
  }

  private static boolean isForeignKey(Protection protection, TableShape shape) {
    return shape.inbound().stream()
        .filter(key -> key.referring().equals(protection.table()))
        .anyMatch(
            key ->
                !(protection instanceof Through through)
                    || key.columns().contains(through.column()));
  }
}

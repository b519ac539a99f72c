package dev.reclaim.check;

import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Expiry.Newest;
import dev.reclaim.policy.Expiry.Orphaned;
import dev.reclaim.policy.Protection;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Whether every table and column that the policy names is there. */
final class ColumnsCheck implements RowCheck {
  @Override
  public void check(ExaminedRows rows, Report report) {
    new Look(rows, report, new TableCheck(rows.live(), report)).all();
  }

  private record Look(ExaminedRows rows, Report report, TableCheck tables) {
    void all() {
      RowPolicy policy = rows.policy();
      conditions("where", policy.where());
      conditions("keep", policy.keep());
      for (int i = 0; i < policy.files().size(); i++) {
        linked("files[%d].column".formatted(i), policy.files().get(i).column());
      }
      policy.set().keySet().forEach(column -> own("action.set." + column, column));
      policy.labels().forEach((label, column) -> own("labels." + label, column));
      policy.keeping().newest().ifPresent(this::newest);
      policy.expiry().orphaned().ifPresent(this::orphaned);
      for (int i = 0; i < policy.protections().size(); i++) {
        protection("protect[%d]".formatted(i), policy.protections().get(i));
      }
      for (int i = 0; i < policy.children().listed().size(); i++) {
        child("children[%d]".formatted(i), policy.children().listed().get(i));
      }
    }

    private void conditions(String key, List<Condition> conditions) {
      List<String> parts = ConditionParts.of(report.places(), key, conditions);
      for (int i = 0; i < parts.size(); i++) {
        if (conditions.get(i) instanceof Condition.OneOf values) {
          own(parts.get(i), values.column());
        }
      }
    }

    private void newest(Newest newest) {
      newest.per().forEach(column -> own("keep-newest.per", column));
      if (report.places().has("keep-newest.by")) {
        own("keep-newest.by", newest.by());
      }
    }

    private void orphaned(Orphaned orphaned) {
      own("expire.orphaned.column", orphaned.column());
      tables
          .referring("expire.orphaned.parent", orphaned.parent())
          .ifPresent(
              parent -> keyOf("expire.orphaned", "parent-column", parent, orphaned.parentColumn()));
    }

    private void protection(String part, Protection protection) {
      Optional<TableShape> shape = tables.referring(part + ".table", protection.table());
      if (!(protection instanceof Protection.Through through)) {
        return;
      }
      keyOf(part, "names", rows.shape(), through.key());
      if (shape.isPresent()) {
        tables.column(part + ".column", shape.get(), through.column());
        through
            .where()
            .forEach(it -> tables.column(part + ".where." + it.column(), shape.get(), it.column()));
      }
    }

    /** A column that names rows, or the key's only one where none is said. */
    private void keyOf(String part, String key, TableShape shape, Optional<String> column) {
      if (column.isPresent()) {
        tables.column(part + "." + key, shape, column.get());
      } else if (shape.primaryKey().size() != 1) {
        report.error(
            part,
            "%s has a key of %d columns (%s)"
                .formatted(
                    shape.table(),
                    shape.primaryKey().size(),
                    String.join(
                        ", ", shape.primaryKey().stream().map(TableShape.Column::name).toList())),
            "say which column is meant by \"%s\"".formatted(key));
      }
    }

    private void child(String part, Child child) {
      TableName table = child.table();
      Optional<TableShape> shape =
          table.equals(rows.policy().table())
              ? Optional.of(rows.shape())
              : tables.referring(part + ".table", table);
      shape.ifPresent(it -> tables.column(part + ".column", it, child.column()));
    }

    /** A linked column names one file, so that the row's file is known when the row goes. */
    private void linked(String part, String name) {
      Reference.Column column = new Reference.Column(rows.policy().table(), name);
      if (tables.column(part, rows.shape(), name).isEmpty()) {
        return;
      }
      try {
        new Explain(rows.live().handle())
            .attempt(() -> requireSingle(part, column))
            .filter(it -> !it.isOfRights())
            .ifPresent(it -> report.error(part, it.words(part), it.mend()));
      } catch (UnusableReferenceException e) {
        report.error(part, e.what(), e.mend());
      }
    }

    private void requireSingle(String part, Reference.Column column) throws SQLException {
      if (!ReferenceTexts.of(rows.live().handle(), column).isSingle()) {
        report.error(
            part,
            "%s holds several names of files, and \"files\" takes a column with one"
                .formatted(column),
            "remove it, and have a policy about the store find what no row names, with referenced-by: [ { table: %s, column: %s } ]"
                .formatted(column.table(), column.column()));
      }
    }

    private void own(String part, String column) {
      tables.column(part, rows.shape(), column);
    }
  }
}

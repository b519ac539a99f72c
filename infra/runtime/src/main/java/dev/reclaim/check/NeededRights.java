package dev.reclaim.check;

import dev.reclaim.check.Examination.Purpose;
import dev.reclaim.check.Grants.Right;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Hold;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Expiry.Orphaned;
import dev.reclaim.policy.Protection;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.TableName;
import java.util.ArrayList;
import java.util.List;

/** What a policy has to be allowed to do, and where it says so. */
final class NeededRights {
  private NeededRights() {}

  /**
   * Rights on one table.
   *
   * @param part of the policy that speaks of the table
   */
  record Needed(String part, TableName table, Grants grants) {}

  static List<Needed> of(ExaminedRows rows, Purpose purpose) {
    List<Needed> needed = new ArrayList<>();
    needed.add(own(rows, purpose));
    rows.live().partitions(rows.policy().table()).forEach(leaf -> needed.add(partition(leaf)));
    for (ChildPath child : rows.children()) {
      Needed its = needed(rows.partOf(child.child()), child.child().table());
      its.grants().need(its.table(), Right.SELECT);
      if (purpose == Purpose.DELETE) {
        its.grants().need(its.table(), Right.DELETE);
      }
      needed.add(its);
    }
    RowPolicy policy = rows.policy();
    for (int i = 0; i < policy.protections().size(); i++) {
      needed.add(protection("protect[%d].table".formatted(i), policy.protections().get(i)));
    }
    policy.expiry().orphaned().ifPresent(orphaned -> needed.add(parent(orphaned, rows)));
    RowTarget.holds(policy, rows.shape(), rows.children())
        .forEach(hold -> needed.add(holder(hold, rows)));
    return needed;
  }

  static Needed of(String part, Reference reference) {
    Needed needed = needed(part, reference.table());
    if (reference instanceof Reference.Column column) {
      needed.grants().need(reference.table(), Right.SELECT, List.of(column.column()));
    } else {
      needed.grants().need(reference.table(), Right.SELECT);
    }
    return needed;
  }

  /** Rows are locked before they go, which is allowed to whoever may update any column of them. */
  private static Needed own(ExaminedRows rows, Purpose purpose) {
    RowPolicy policy = rows.policy();
    Needed needed = needed("table", policy.table());
    needed.grants().need(policy.table(), Right.SELECT);
    if (purpose == Purpose.PLAN) {
      return needed;
    }
    if (policy.marks()) {
      needed.grants().need(policy.table(), Right.UPDATE, policy.set().keySet());
    } else {
      needed.grants().need(policy.table(), Right.DELETE);
      needed
          .grants()
          .need(
              policy.table(),
              Right.UPDATE,
              rows.shape().primaryKey().stream().limit(1).map(Column::name).toList());
    }
    return needed;
  }

  /** Partitions are scanned one by one, each by its own name. */
  private static Needed partition(TableName leaf) {
    Needed needed = needed("table", leaf);
    needed.grants().need(leaf, Right.SELECT);
    return needed;
  }

  private static Needed protection(String part, Protection protection) {
    Needed needed = needed(part, protection.table());
    if (protection instanceof Protection.Through through) {
      List<String> columns = new ArrayList<>(List.of(through.column()));
      through.where().stream().map(Condition.OneOf::column).forEach(columns::add);
      needed.grants().need(protection.table(), Right.SELECT, columns);
    } else {
      needed.grants().need(protection.table(), Right.SELECT);
    }
    return needed;
  }

  /** Who refuses to let rows go is looked up by planner and worker before they are asked to. */
  private static Needed holder(Hold hold, ExaminedRows rows) {
    String part = hold.way().map(way -> rows.partOf(way.child())).orElse("table");
    Needed needed = needed(part, hold.key().referring());
    needed.grants().need(hold.key().referring(), Right.SELECT, hold.key().columns());
    return needed;
  }

  private static Needed parent(Orphaned orphaned, ExaminedRows rows) {
    Needed needed = needed("expire.orphaned.parent", orphaned.parent());
    List<String> columns =
        orphaned.parentColumn().map(List::of).orElseGet(() -> rows.live().key(orphaned.parent()));
    needed.grants().need(orphaned.parent(), Right.SELECT, columns);
    return needed;
  }

  private static Needed needed(String part, TableName table) {
    return new Needed(part, table, new Grants());
  }
}

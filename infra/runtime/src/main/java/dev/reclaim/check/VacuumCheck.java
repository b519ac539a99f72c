package dev.reclaim.check;

import dev.reclaim.check.Grants.Right;
import dev.reclaim.database.TableShape;
import dev.reclaim.database.VacuumRight;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;

/** Whether the tables of a policy that wants them vacuumed can be. */
final class VacuumCheck implements RowCheck {
  private static final String MAINTAIN =
      "SELECT current_setting('server_version_num')::int >= :since";

  @Override
  public void check(ExaminedRows rows, Report report) {
    if (!rows.policy().vacuumsAfter()) {
      return;
    }
    for (TableShape table : rows.going()) {
      if (!VacuumRight.isHeld(rows.live().handle(), table.table())) {
        report.warning(
            "vacuum",
            "the role %s may not vacuum %s, and runs will end without it"
                .formatted(rows.live().role(), table.table()),
            mend(rows.live(), table.table()));
      }
    }
  }

  /** What there is to grant; before PostgreSQL 17 only owners may. */
  static Grants grants(ExaminedRows rows) {
    Grants grants = new Grants();
    if (rows.policy().vacuumsAfter() && maintains(rows.live())) {
      rows.going().forEach(table -> grants.need(table.table(), Right.MAINTAIN));
    }
    return grants;
  }

  private static String mend(Live live, TableName table) {
    String role = Sql.identifier(live.role());
    return maintains(live)
        ? "GRANT MAINTAIN ON %s TO %s".formatted(table.sql(), role)
        : "GRANT %s TO %s".formatted(Sql.identifier(VacuumRight.owner(live.handle(), table)), role);
  }

  private static boolean maintains(Live live) {
    return live.handle()
        .createQuery(MAINTAIN)
        .bind("since", VacuumRight.MAINTAIN_SINCE)
        .mapTo(Boolean.class)
        .one();
  }
}

package dev.reclaim.check;

import dev.reclaim.check.NeededRights.Needed;
import dev.reclaim.policy.Sql;
import java.util.Collection;
import java.util.stream.Collectors;

/** Whether row-level security hides rows from us: what cannot be seen must not be judged. */
final class RowSecurityCheck {
  /** Knows of owners, FORCE and BYPASSRLS. */
  private static final String ACTIVE = "SELECT row_security_active(CAST(:table AS oid))";

  private RowSecurityCheck() {}

  static void check(Collection<Needed> needed, Live live, Report report) {
    needed.stream()
        .collect(Collectors.toMap(Needed::table, Needed::part, (first, other) -> first))
        .forEach(
            (table, part) -> {
              if (live.holds(ACTIVE, table)) {
                report.error(
                    part,
                    "row-level security of %s can hide rows from the role %s, and what it cannot see it must not judge"
                        .formatted(table, live.role()),
                    "ALTER ROLE %s BYPASSRLS".formatted(Sql.identifier(live.role())));
              }
            });
  }
}

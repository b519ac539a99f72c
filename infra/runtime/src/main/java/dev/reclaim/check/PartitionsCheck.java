package dev.reclaim.check;

import dev.reclaim.partitions.WholePartitions;
import dev.reclaim.policy.Sql;
import java.util.List;
import java.util.Map;

/** Whether partitions that could go whole will go by rows, because the role does not own them. */
final class PartitionsCheck implements RowCheck {
  private static final String OWNER =
      """
      SELECT pg_get_userbyid(c.relowner) AS owner, r.rolsuper
        FROM pg_class c
        JOIN pg_roles r ON r.oid = c.relowner
       WHERE c.oid = :table
      """;

  @Override
  public void check(ExaminedRows rows, Report report) {
    if (!rows.named()) {
      return;
    }
    List<String> notOwned =
        new WholePartitions(rows.policy(), rows.shape(), rows.children())
            .notOwned(rows.live().handle());
    if (!notOwned.isEmpty()) {
      report.note(
          "table",
          "partitions of %s, like %s, could be dropped whole once all in them has expired, but the role %s does not own them and their table: their rows go one by one"
              .formatted(rows.policy().table(), notOwned.get(0), rows.live().role()),
          mend(rows));
    }
  }

  private static String mend(ExaminedRows rows) {
    String role = Sql.identifier(rows.live().role());
    for (Map<String, Object> table : rows.live().ask(OWNER, rows.policy().table())) {
      if (Boolean.FALSE.equals(table.get("rolsuper"))) {
        return "GRANT %s TO %s".formatted(Sql.identifier(String.valueOf(table.get("owner"))), role);
      }
    }
    return "ALTER TABLE %s OWNER TO %s, and its partitions likewise"
        .formatted(rows.policy().table().sql(), role);
  }
}

package dev.reclaim.check;

import dev.reclaim.database.TableShape;
import java.util.Map;

/** Which triggers and rules of the tables may refuse or rewrite what the policy does to rows. */
final class TriggersCheck implements RowCheck {
  private static final String TRIGGERS =
      """
      SELECT t.tgname,
             CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' WHEN t.tgtype & 64 <> 0 THEN 'INSTEAD OF' ELSE 'AFTER' END
               AS moment,
             CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END AS of_delete,
             CASE WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' END AS of_update
        FROM pg_trigger t
       WHERE t.tgrelid = :table AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
       ORDER BY t.tgname
      """;

  private static final String RULES =
      """
      SELECT r.rulename, CASE r.ev_type WHEN '4' THEN 'DELETE' WHEN '2' THEN 'UPDATE' END AS event
        FROM pg_rewrite r
       WHERE r.ev_class = :table AND r.ev_type IN ('2', '4') AND r.ev_enabled IN ('O', 'A')
       ORDER BY r.rulename
      """;

  @Override
  public void check(ExaminedRows rows, Report report) {
    String event = rows.policy().marks() ? "UPDATE" : "DELETE";
    String column = rows.policy().marks() ? "of_update" : "of_delete";
    for (TableShape table : rows.going()) {
      String part = rows.partOf(table);
      for (Map<String, Object> trigger : rows.live().ask(TRIGGERS, table.table())) {
        if (trigger.get(column) != null) {
          report.warning(
              part,
              "the trigger %s of %s runs %s %s and may refuse rows or change what is done"
                  .formatted(trigger.get("tgname"), table.table(), trigger.get("moment"), event),
              "see that it lets expired rows go: those it refuses stay");
        }
      }
      for (Map<String, Object> rule : rows.live().ask(RULES, table.table())) {
        if (event.equals(rule.get("event"))) {
          report.warning(
              part,
              "the rule %s of %s rewrites each %s"
                  .formatted(rule.get("rulename"), table.table(), event),
              "see that it lets expired rows go: those it refuses stay");
        }
      }
    }
  }
}

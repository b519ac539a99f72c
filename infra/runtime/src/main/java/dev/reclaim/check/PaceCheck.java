package dev.reclaim.check;

import dev.reclaim.policy.Limits;
import dev.reclaim.policy.Sql;

/**
 * Whether what limits go by can be seen. Without limits nobody asked for it, and nothing is said.
 */
final class PaceCheck {
  private static final String SEES = "SELECT pg_has_role('pg_read_all_stats', 'USAGE')";

  private PaceCheck() {}

  static void check(Limits limits, Live live, Report report) {
    if (limits.equals(Limits.NONE) || sees(live)) {
      return;
    }
    String mend = "GRANT pg_read_all_stats TO " + Sql.identifier(live.role());
    if (limits.maxReplicaLag().isPresent()) {
      report.warning(
          "limits.maxReplicaLag",
          "the role %s may not see how far replicas are behind, and nothing stops for them"
              .formatted(live.role()),
          mend);
    } else {
      report.note(
          "limits",
          "the role %s may not see what replicas and vacuums are at, and does not slow down for them"
              .formatted(live.role()),
          mend);
    }
  }

  private static boolean sees(Live live) {
    return live.handle().createQuery(SEES).mapTo(Boolean.class).one();
  }
}

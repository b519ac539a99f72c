package dev.reclaim.bench.oracle;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Once the application has stopped and one more run was made, nothing that is due is there. */
public final class NothingExpiredLeft implements Invariant {
  private static final Duration OLD = Duration.ofHours(24);

  private static final String SESSIONS =
      "SELECT count(*) FROM sessions WHERE seen_at <= now() - interval '24 hours'";

  private static final String JOBS =
      """
      SELECT count(*) FROM jobs
       WHERE status = 'completed' AND created_at <= now() - interval '24 hours'
         AND NOT EXISTS (SELECT 1 FROM assets WHERE job_id = jobs.id)
      """;

  private static final String NAMED =
      "SELECT output_url FROM jobs WHERE output_url IS NOT NULL UNION SELECT file_url FROM assets WHERE file_url IS NOT NULL";

  @Override
  public List<String> violations(Evidence evidence) throws SQLException {
    List<String> violations = new ArrayList<>();
    note(violations, "expired sessions", evidence.number(SESSIONS));
    note(violations, "expired jobs", evidence.number(JOBS));
    Set<@Nullable String> named = new HashSet<>();
    evidence.query(NAMED).forEach(row -> named.add(row.get(0)));
    Instant oldest = Instant.now().minus(OLD);
    List<String> orphans =
        evidence.files().present().entrySet().stream()
            .filter(file -> file.getValue().modified().isBefore(oldest))
            .map(file -> file.getKey())
            .filter(path -> !named.contains(path))
            .sorted()
            .toList();
    if (!orphans.isEmpty()) {
      violations.add(orphans.size() + " orphaned files are left, such as " + orphans.get(0));
    }
    return violations;
  }

  private static void note(List<String> violations, String what, long left) {
    if (left > 0) {
      violations.add(left + " " + what + " are left");
    }
  }
}

package dev.reclaim.bench.oracle;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Nobody but the application has deleted a row that was not due, a job with an asset whose maker
 * had locked it, or a file that a row still named or that was young.
 */
public final class NothingProtectedDeleted implements Invariant {
  private static final Duration YOUNGEST = Duration.ofHours(24);

  /** A row's trigger noted whether it was due, within the transaction that deleted it. */
  private static final String NOT_DUE =
      "SELECT tbl, key FROM gone WHERE NOT ours AND NOT due ORDER BY 1, 2 LIMIT 10";

  private static final String BEREFT =
      """
      SELECT a.id, a.job_id FROM assets a
        JOIN gone g ON g.tbl = 'jobs' AND g.key = a.job_id AND NOT g.ours LIMIT 10
      """;

  private static final String NAMED =
      "SELECT output_url FROM jobs WHERE output_url IS NOT NULL UNION SELECT file_url FROM assets WHERE file_url IS NOT NULL";

  private static final String WAS_NAMED =
      "SELECT file, extract(epoch FROM max(at)) FROM gone WHERE file IS NOT NULL GROUP BY file";

  @Override
  public List<String> violations(Evidence evidence) throws SQLException {
    List<String> violations = new ArrayList<>();
    evidence
        .query(NOT_DUE)
        .forEach(row -> violations.add("deleted although not due: %s %s".formatted(row.toArray())));
    evidence
        .query(BEREFT)
        .forEach(row -> violations.add("asset %s has lost its job %s".formatted(row.toArray())));
    files(evidence, violations);
    return violations;
  }

  private static void files(Evidence evidence, List<String> violations) throws SQLException {
    Set<@Nullable String> named = new HashSet<>();
    evidence.query(NAMED).forEach(row -> named.add(row.get(0)));
    Map<@Nullable String, Instant> namedUntil = new HashMap<>();
    evidence.query(WAS_NAMED).forEach(row -> namedUntil.put(row.get(0), time(row.get(1))));
    for (FileWitness.Gone file : evidence.files().gone()) {
      Instant until = namedUntil.get(file.path());
      if (named.contains(file.path())) {
        violations.add("a row names the deleted file " + file.path());
      } else if (until != null && until.isAfter(file.at())) {
        violations.add("a row named the file %s when it was deleted".formatted(file.path()));
      } else if (file.modified().isAfter(file.at().minus(YOUNGEST))) {
        violations.add("deleted although young: " + file.path());
      }
    }
  }

  private static Instant time(@Nullable String epochSeconds) {
    return Instant.ofEpochMilli((long) (Double.parseDouble(String.valueOf(epochSeconds)) * 1000));
  }
}

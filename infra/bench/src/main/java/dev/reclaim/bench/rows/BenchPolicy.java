package dev.reclaim.bench.rows;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.util.Map;

/** The policy that says what the loops say. */
final class BenchPolicy {
  static final String NAME = "jobs";

  private static final String TEXT =
      """
      databases:
        bench: { url: "${BENCH_URL}", user: "${BENCH_USER}", password: "${BENCH_PASSWORD}" }
      policies:
        - name: jobs
          table: bench.public.jobs
          expire: { after: P30D, by: created_at }
      """;

  private BenchPolicy() {}

  static PolicyFile of(String url, String user, String password) {
    Map<String, String> environment =
        Map.of("BENCH_URL", url, "BENCH_USER", user, "BENCH_PASSWORD", password);
    return PolicyFileReader.read("bench.yaml", TEXT, environment::get);
  }
}

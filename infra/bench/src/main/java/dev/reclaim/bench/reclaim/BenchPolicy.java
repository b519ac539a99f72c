package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.server.Login;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.util.Map;

/**
 * The policies that say what the statements say, and those of the tables to warm up with. They are
 * named after the turn, so that nothing said in one turn means anything in another.
 */
record BenchPolicy(PolicyFile file, int turn) {
  private static final String TEXT =
      """
      databases:
        bench: { url: "${BENCH_URL}", user: "${BENCH_USER}", password: "${BENCH_PASSWORD}" }
      policies:
        - name: jobs-${BENCH_TURN}
          table: bench.public.jobs
          expire: { after: P30D, by: created_at }
        - name: warm-${BENCH_TURN}
          table: bench.public.warm
          expire: { after: P30D, by: created_at }
        - name: tiny-${BENCH_TURN}
          table: bench.public.tiny
          expire: { after: P30D, by: created_at }
      """;

  static BenchPolicy of(Login login, int turn) {
    Map<String, String> environment =
        Map.of(
            "BENCH_URL", login.url(),
            "BENCH_USER", login.user(),
            "BENCH_PASSWORD", login.password(),
            "BENCH_TURN", Integer.toString(turn));
    return new BenchPolicy(PolicyFileReader.read("bench.yaml", TEXT, environment::get), turn);
  }

  String jobs() {
    return "jobs-" + turn;
  }

  String warm() {
    return "warm-" + turn;
  }

  String tiny() {
    return "tiny-" + turn;
  }

  Policy named(String name) {
    return file.policies().stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}

package dev.reclaim.bench.orphans;

import dev.reclaim.bench.server.Login;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.util.Map;

/** The policy over a {@link Shelf}, and one over a small shelf to warm up with. */
record OrphanPolicies(PolicyFile file) {
  static final String SHELF = "shelf";
  static final String WARM = "warm";

  private static final String TEXT =
      """
      databases:
        bench: { url: "${BENCH_URL}", user: "${BENCH_USER}", password: "${BENCH_PASSWORD}" }
      stores:
        shelf:
          s3: { bucket: renders, endpoint: "http://minio.example:9000", region: x, pathStyle: true }
          state: bench
        warm:
          s3: { bucket: renders, endpoint: "http://minio.example:9000", region: x, pathStyle: true }
          state: bench
      policies:
        - name: shelf
          store: shelf
          older-than: P7D
          referenced-by: [ { table: bench.public.media, column: url } ]
        - name: warm
          store: warm
          older-than: P7D
          referenced-by: [ { table: bench.public.media_warm, column: url } ]
      """;

  static OrphanPolicies of(Login login) {
    Map<String, String> environment =
        Map.of(
            "BENCH_URL", login.url(),
            "BENCH_USER", login.user(),
            "BENCH_PASSWORD", login.password());
    return new OrphanPolicies(PolicyFileReader.read("bench.yaml", TEXT, environment::get));
  }

  Policy named(String name) {
    return file.policy(name).orElseThrow();
  }
}

package dev.reclaim.bench.objects;

import dev.reclaim.bench.server.Login;
import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A store and a policy for each bucket and for the directory: whatever is older than a day and
 * named by no row. They are named after the turn, so that nothing said in one means anything in
 * another.
 */
record FilePolicies(PolicyFile file, int turn) {
  private static final String DATABASE =
      "databases:\n  bench: { url: \"${URL}\", user: \"${USER}\", password: \"${PASSWORD}\" }\nstores:\n";

  private static final String BUCKET =
      "  %1$s: { s3: { bucket: %1$s, endpoint: \"%2$s\", region: %3$s, pathStyle: true, accessKey: %4$s, secretKey: \"${SECRET}\" }, state: bench }\n";

  private static final String DIRECTORY = "  %1$s: { directory: \"%2$s\", state: bench }\n";

  private static final String POLICY =
      """
        - name: %1$s-%2$d
          store: %1$s
          older-than: PT24H
          referenced-by: [ { table: bench.public.assets, column: url } ]
      """;

  static FilePolicies of(
      Login login,
      EmbeddedS3 server,
      List<String> buckets,
      Map<String, Path> directories,
      int turn) {
    StringBuilder text = new StringBuilder(DATABASE);
    for (String bucket : buckets) {
      text.append(BUCKET.formatted(bucket, server.endpoint(), server.region(), server.accessKey()));
    }
    directories.forEach((name, path) -> text.append(DIRECTORY.formatted(name, path)));
    text.append("policies:\n");
    buckets.forEach(bucket -> text.append(POLICY.formatted(bucket, turn)));
    directories.keySet().forEach(name -> text.append(POLICY.formatted(name, turn)));
    Map<String, String> environment =
        Map.of(
            "URL", login.url(),
            "USER", login.user(),
            "PASSWORD", login.password(),
            "SECRET", server.secretKey());
    return new FilePolicies(
        PolicyFileReader.read("bench.yaml", text.toString(), environment::get), turn);
  }

  String named(String store) {
    return store + "-" + turn;
  }
}

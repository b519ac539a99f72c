package dev.reclaim.bench.objects;

import dev.reclaim.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that deletes all it finds.
 *
 * @param calls command lines, one after the other, the program's name left out
 */
record Tool(String name, List<List<String>> calls, Map<String, String> environment) {
  private static final long MINUTES_MAX = 15;

  static Tool s3cmd(EmbeddedS3 server, List<String> buckets) {
    return new Tool(
        "s3cmd",
        buckets.stream()
            .map(
                bucket ->
                    List.of(
                        "--config=/dev/null",
                        "--no-ssl",
                        "--quiet",
                        "--host=" + server.endpoint().getAuthority(),
                        "--host-bucket=" + server.endpoint().getAuthority(),
                        "--region=" + server.region(),
                        "--access_key=" + server.accessKey(),
                        "--secret_key=" + server.secretKey(),
                        "del",
                        "--recursive",
                        "--force",
                        "s3://" + bucket))
            .toList(),
        Map.of());
  }

  static Tool rclone(EmbeddedS3 server, List<String> buckets) {
    return new Tool(
        "rclone",
        buckets.stream().map(bucket -> List.of("delete", "--config=", "bench:" + bucket)).toList(),
        Map.of(
            "RCLONE_CONFIG_BENCH_TYPE", "s3",
            "RCLONE_CONFIG_BENCH_PROVIDER", "Other",
            "RCLONE_CONFIG_BENCH_ENDPOINT", server.endpoint().toString(),
            "RCLONE_CONFIG_BENCH_REGION", server.region(),
            "RCLONE_CONFIG_BENCH_ACCESS_KEY_ID", server.accessKey(),
            "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY", server.secretKey()));
  }

  static Tool aws(EmbeddedS3 server, List<String> buckets) {
    return new Tool(
        "aws",
        buckets.stream()
            .map(
                bucket ->
                    List.of(
                        "--endpoint-url=" + server.endpoint(),
                        "s3",
                        "rm",
                        "--recursive",
                        "--quiet",
                        "s3://" + bucket))
            .toList(),
        Map.of(
            "AWS_ACCESS_KEY_ID", server.accessKey(),
            "AWS_SECRET_ACCESS_KEY", server.secretKey(),
            "AWS_DEFAULT_REGION", server.region(),
            "AWS_CONFIG_FILE", "/dev/null",
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  static Tool find(Path directory) {
    return new Tool(
        "find", List.of(List.of(directory.toString(), "-type", "f", "-delete")), Map.of());
  }

  /** Where the program is; Debian's before any other. */
  Optional<Path> program() {
    return Stream.concat(
            Stream.of("/usr/bin"), Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Carries all calls out; returns the ns that they took. */
  long run() throws IOException, InterruptedException {
    Path program = program().orElseThrow();
    long started = System.nanoTime();
    for (List<String> call : calls) {
      List<String> line = new ArrayList<>(List.of(program.toString()));
      line.addAll(call);
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      // Settings of this machine are for other servers.
      builder.environment().keySet().removeIf(variable -> variable.startsWith("AWS_"));
      builder.environment().putAll(environment);
      Process process = builder.start();
      if (!process.waitFor(MINUTES_MAX, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(name + " did not succeed");
      }
    }
    return System.nanoTime() - started;
  }
}

package dev.reclaim.cli.demo;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/**
 * The servers that the sample systems live on.
 *
 * @param databaseUrl gives the JDBC URL of a database; {@code postgres} must exist
 * @param user may create databases
 * @param bucketDirectory where the S3 server keeps a bucket's objects: one file per object, named
 *     by its key. An S3 client cannot backdate what it puts, so objects are planted there
 * @param directory for stores that are directories; made where missing
 */
public record SampleServers(
    Function<String, String> databaseUrl,
    String user,
    String password,
    S3 s3,
    Function<String, Path> bucketDirectory,
    Path directory) {

  /** How an S3 client reaches the server. */
  public record S3(String endpoint, String accessKey, String secretKey) {}

  Path directoryOf(SampleStore store) {
    return store.isBucket()
        ? bucketDirectory.apply(store.storeName())
        : directory.resolve(store.storeName());
  }

  /** What the policy file names in <code>${}</code>. */
  Map<String, String> variables() {
    return Map.ofEntries(
        Map.entry("DEMO_VIDEO_URL", databaseUrl.apply("video")),
        Map.entry("DEMO_TRADING_URL", databaseUrl.apply("trading")),
        Map.entry("DEMO_RENDERS_URL", databaseUrl.apply("renders")),
        Map.entry("DEMO_JOBS_URL", databaseUrl.apply("jobs")),
        Map.entry("DEMO_EXPORTS_URL", databaseUrl.apply("exports")),
        Map.entry("DEMO_DB_USER", user),
        Map.entry("DEMO_DB_PASSWORD", password),
        Map.entry("DEMO_S3_ENDPOINT", s3.endpoint()),
        Map.entry("DEMO_S3_ACCESS_KEY", s3.accessKey()),
        Map.entry("DEMO_S3_SECRET_KEY", s3.secretKey()),
        Map.entry("DEMO_JOB_TEMP", directoryOf(SampleStore.JOB_TEMP).toString()));
  }
}

package dev.reclaim.cli.demo;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/**
 * What the sample systems live on; the caller starts and closes it.
 *
 * @param directory for stores that are directories; made where missing
 */
public record SampleServers(EmbeddedPostgres postgres, EmbeddedS3 s3, Path directory) {

  /**
   * Whole tables are sorted and joined here: with PostgreSQL's usual 4 MB they would spill to disk.
   */
  Connection connect(String database) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", postgres.user());
    properties.setProperty("password", postgres.password());
    properties.setProperty("options", "-c work_mem=64MB -c maintenance_work_mem=128MB");
    return DriverManager.getConnection(postgres.jdbcUrl(database), properties);
  }

  /** Where a store's files lie, whichever way the pipeline reaches them. */
  Path directoryOf(SampleStore store) {
    return store.isBucket()
        ? s3.bucketDirectory(store.storeName())
        : directory.resolve(store.storeName());
  }

  /** What the policy file names in <code>${}</code>. */
  Map<String, String> variables() {
    return Map.ofEntries(
        Map.entry("DEMO_VIDEO_URL", postgres.jdbcUrl("video")),
        Map.entry("DEMO_TRADING_URL", postgres.jdbcUrl("trading")),
        Map.entry("DEMO_RENDERS_URL", postgres.jdbcUrl("renders")),
        Map.entry("DEMO_JOBS_URL", postgres.jdbcUrl("jobs")),
        Map.entry("DEMO_EXPORTS_URL", postgres.jdbcUrl("exports")),
        Map.entry("DEMO_DB_USER", postgres.user()),
        Map.entry("DEMO_DB_PASSWORD", postgres.password()),
        Map.entry("DEMO_S3_ENDPOINT", s3.endpoint().toString()),
        Map.entry("DEMO_S3_REGION", s3.region()),
        Map.entry("DEMO_S3_ACCESS_KEY", s3.accessKey()),
        Map.entry("DEMO_S3_SECRET_KEY", s3.secretKey()),
        Map.entry("DEMO_JOB_TEMP", directoryOf(SampleStore.JOB_TEMP).toString()));
  }
}

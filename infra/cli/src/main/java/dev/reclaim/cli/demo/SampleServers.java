package dev.reclaim.cli.demo;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
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

  /** What the policy files name in <code>${}</code>. */
  Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    for (SampleSystem system : SampleSystem.values()) {
      variables.put(system + "_DB_URL", postgres.jdbcUrl(system.database()));
      variables.put(system + "_DB_USER", postgres.user());
      variables.put(system + "_DB_PASSWORD", postgres.password());
    }
    for (SampleStore store : SampleStore.values()) {
      if (store.isBucket()) {
        variables.put(store + "_S3_ENDPOINT", s3.endpoint().toString());
        variables.put(store + "_S3_REGION", s3.region());
        variables.put(store + "_S3_ACCESS_KEY", s3.accessKey());
        variables.put(store + "_S3_SECRET_KEY", s3.secretKey());
      }
    }
    variables.put("JOBS_TEMP_DIRECTORY", directoryOf(SampleStore.JOB_TEMP).toString());
    return variables;
  }
}

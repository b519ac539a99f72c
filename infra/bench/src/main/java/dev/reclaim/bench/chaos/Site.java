package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.bench.oracle.Evidence;
import dev.reclaim.database.Databases;
import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A database, a bucket and topics of one name, with proxies before database and store. What is
 * Reclaim comes through the proxies, the harness and the application do not.
 */
public final class Site implements AutoCloseable {
  static final int WORK_PARTITIONS = 4;

  private final String name;
  private final EmbeddedPostgres postgres;
  private final TcpProxy databaseProxy;
  private final StoreProxy storeProxy;
  private final String bootstrap;

  private Site(String name, EmbeddedPostgres postgres, EmbeddedS3 s3, String bootstrap)
      throws IOException {
    this.name = name;
    this.postgres = postgres;
    this.bootstrap = bootstrap;
    this.databaseProxy = TcpProxy.start(postgres.port());
    this.storeProxy = StoreProxy.start(s3, name);
  }

  /** Makes all of it; the servers stay the caller's. */
  public static Site create(String name, EmbeddedPostgres postgres, EmbeddedS3 s3, String bootstrap)
      throws IOException, SQLException {
    postgres.createDatabase(name);
    s3.createBucket(name);
    Site site = new Site(name, postgres, s3, bootstrap);
    try (Connection connection = site.connect("chaos-harness");
        Statement statement = connection.createStatement()) {
      statement.execute(resource("schema.sql"));
    }
    TopicSetup.ensure(site.kafka());
    Databases.open(policies(site.environment()::get), 2, "chaos-harness").close();
    return site;
  }

  static String resource(String file) {
    try (InputStream text = Objects.requireNonNull(Site.class.getResourceAsStream(file))) {
      return new String(text.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The policies, with a site's names in them. */
  static PolicyFile policies(Function<String, @Nullable String> environment) {
    return PolicyFileReader.read("chaos.yaml", resource("policies.yaml"), environment);
  }

  static KafkaSettings kafka(String bootstrap, String name) {
    return new KafkaSettings(bootstrap, new Topics(name + "."), WORK_PARTITIONS, (short) -1);
  }

  public KafkaSettings kafka() {
    return kafka(bootstrap, name);
  }

  public String name() {
    return name;
  }

  /** What the policies ask for. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put(
        "CHAOS_URL", "jdbc:postgresql://127.0.0.1:%d/%s".formatted(databaseProxy.port(), name));
    environment.put("CHAOS_USER", postgres.user());
    environment.put("CHAOS_PASSWORD", postgres.password());
    environment.put("CHAOS_S3", storeProxy.endpoint().toString());
    environment.put("CHAOS_S3_KEY", storeProxy.accessKey());
    environment.put("CHAOS_S3_SECRET", storeProxy.secretKey());
    environment.put("CHAOS_BUCKET", name);
    return environment;
  }

  /** Likewise, but straight to the database. */
  public Map<String, String> direct() {
    Map<String, String> environment = environment();
    environment.put("CHAOS_URL", postgres.jdbcUrl(name));
    return environment;
  }

  public TcpProxy databaseProxy() {
    return databaseProxy;
  }

  public StoreProxy store() {
    return storeProxy;
  }

  /** Straight to the database. */
  public Connection connect(String applicationName) throws SQLException {
    return DriverManager.getConnection(
        postgres.jdbcUrl(name)
            + "?connectTimeout=5&socketTimeout=30&ApplicationName="
            + applicationName,
        postgres.user(),
        postgres.password());
  }

  /** What the oracle looks at. */
  public Evidence evidence() {
    return new Evidence(
        postgres.jdbcUrl(name),
        postgres.user(),
        postgres.password(),
        bootstrap,
        name + ".",
        storeProxy);
  }

  @Override
  public void close() {
    databaseProxy.close();
    storeProxy.close();
  }
}

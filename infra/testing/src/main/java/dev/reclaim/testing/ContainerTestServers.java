package dev.reclaim.testing;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The servers in containers. The S3 image takes its keys and its command the way MinIO does. */
record ContainerTestServers(
    KafkaContainer kafka, PostgreSQLContainer postgres, GenericContainer<?> s3)
    implements RunningServers {
  private static final String REGION = "us-east-1";
  private static final String ACCESS_KEY = "reclaim";
  private static final String SECRET_KEY = "reclaim-secret";
  private static final int S3_PORT = 9000;

  static ContainerTestServers start() {
    ContainerTestServers servers =
        new ContainerTestServers(
            new KafkaContainer(image("kafka", "apache/kafka:4.3.1")),
            new PostgreSQLContainer(image("postgres", "postgres:18")),
            new GenericContainer<>(image("s3", "minio/minio:RELEASE.2025-09-07T16-13-09Z"))
                .withEnv("MINIO_ROOT_USER", ACCESS_KEY)
                .withEnv("MINIO_ROOT_PASSWORD", SECRET_KEY)
                .withCommand("server", "/data")
                .withExposedPorts(S3_PORT)
                .waitingFor(Wait.forListeningPort()));
    try {
      Startables.deepStart(servers.kafka, servers.postgres, servers.s3).join();
      return servers;
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private static DockerImageName image(String server, String standard) {
    String name = System.getProperty("reclaim.testing." + server + ".image", standard);
    return DockerImageName.parse(name)
        .asCompatibleSubstituteFor(DockerImageName.parse(standard).getUnversionedPart());
  }

  @Override
  public String kafkaBootstrap() {
    return kafka.getBootstrapServers();
  }

  @Override
  public TestDatabase newDatabase() {
    String name = UniqueName.next();
    try (Connection connection =
            DriverManager.getConnection(
                postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot create a database: " + e, e);
    }
    String url =
        "jdbc:postgresql://%s:%d/%s"
            .formatted(
                postgres.getHost(),
                postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                name);
    return new TestDatabase(url, postgres.getUsername(), postgres.getPassword());
  }

  @Override
  public TestBucket newBucket() {
    String name = UniqueName.next();
    URI endpoint = URI.create("http://%s:%d".formatted(s3.getHost(), s3.getMappedPort(S3_PORT)));
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.of(REGION))
            .forcePathStyle(true)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
            .build()) {
      client.createBucket(request -> request.bucket(name));
    }
    return new TestBucket(
        endpoint,
        REGION,
        ACCESS_KEY,
        SECRET_KEY,
        name,
        (bucket, key, content, modified) ->
            Assumptions.abort("Only the embedded store makes objects of any age"),
        bucket -> Assumptions.abort("Only the embedded store can be looked into"));
  }

  @Override
  public void close() {
    s3.stop();
    postgres.stop();
    kafka.stop();
  }
}

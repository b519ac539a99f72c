package dev.reclaim.references;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.check.Examination;
import dev.reclaim.check.Examination.Purpose;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.TableName;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.UnparseableReferenceException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@RequiresServers
class ReferenceCheckIT {
  private static final Reference.Column URL =
      new Reference.Column(new TableName("main", "public", "Media"), "file url");

  private static final String TABLE =
      """
      CREATE TABLE "Media" (id int PRIMARY KEY, "file url" varchar(200));
      INSERT INTO "Media" SELECT i, 'http://minio.local:9000/renders/jobs/' || i || '.mp4' FROM generate_series(1, 60000) i;
      INSERT INTO "Media" VALUES (60001, 'jobs/a%20b.mp4'), (60002, 's3://renders/jobs/c.mp4?token=x'), (60003, '["jobs/d.mp4", "e.mp4"]'),
        (60004, ' jobs/f.mp4'), (60005, ''), (60006, NULL);
      ANALYZE "Media"
      """;

  private static final String POLICY =
      """
      databases:
        main: { url: "${DB_URL}", user: "${DB_USER}", password: "${DB_PASSWORD}" }
      stores:
        renders:
          s3: { bucket: renders, endpoint: "http://minio.local:9000", region: x, pathStyle: true, publicUrls: ["https://cdn.example.org/it's?"] }
          state: main
          references: { ignore: ["https://other.example/"] }
      policies:
        - name: orphans
          store: renders
          older-than: P2D
          referenced-by: [ { table: 'main.public."Media"', column: "file url" } ]
      """;

  private static final Set<String> ASKED =
      Set.of("jobs/7.mp4", "jobs/0.mp4", "jobs/a b.mp4", "jobs/c.mp4", "e.mp4", "jobs/f.mp4", "x");

  private TestDatabase test;
  private PolicyFile file;
  private Databases databases;
  private ReferenceParser parser;

  @BeforeEach
  void open(TestDatabase database) throws SQLException {
    test = database;
    execute(TABLE);
    file =
        PolicyFileReader.read(
            "p.yaml",
            POLICY,
            name ->
                switch (name) {
                  case "DB_URL" -> test.jdbcUrl();
                  case "DB_USER" -> test.user();
                  default -> test.password();
                });
    databases = Databases.connect(file, 2, "test");
    parser = file.store("renders").referenceParser();
  }

  @AfterEach
  void close() {
    databases.close();
  }

  @Test
  void findsTheSameWithTheIndexThatValidateAsksFor() throws SQLException {
    // Given
    Set<String> without = named();
    assertThat(isIndexed()).isFalse();

    // When
    createIndex();

    // Then
    assertThat(without)
        .containsExactlyInAnyOrder(
            "jobs/7.mp4", "jobs/a b.mp4", "jobs/c.mp4", "e.mp4", "jobs/f.mp4");
    assertThat(named()).isEqualTo(without);
    assertThat(isIndexed()).isTrue();
    assertThat(notes()).isEmpty();
  }

  @Test
  void findsByTheIndexWhatWasWrittenAfterIt() throws SQLException {
    // Given
    createIndex();

    // When
    execute(
        "INSERT INTO \"Media\" VALUES (70000, 'https://renders.minio.local/jobs/0.mp4?X-Amz-Date=1')");

    // Then
    assertThat(named()).contains("jobs/0.mp4");
    execute("INSERT INTO \"Media\" VALUES (70001, 'gs://x/7.mp4')");
    assertThatThrownBy(this::named).isInstanceOf(UnparseableReferenceException.class);
  }

  /** As {@code validate} says it. */
  private void createIndex() throws SQLException {
    String mend = notes().get(0).replaceFirst(".* has the whole table read; ", "");
    for (String statement : mend.split("; ", 2)) {
      execute(statement);
    }
  }

  private Set<String> named() {
    return new ReferenceCheck(databases, parser, List.of(URL)).referenced(ASKED, Optional.empty());
  }

  private boolean isIndexed() {
    return databases
        .get("main")
        .inTransaction(handle -> ReferenceCheck.isIndexed(handle, URL, parser.plainForm()));
  }

  private List<String> notes() {
    return Examination.of(file, databases, Purpose.PLAN).problems().stream()
        .map(Problem::line)
        .filter(line -> line.contains("no index tells"))
        .toList();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

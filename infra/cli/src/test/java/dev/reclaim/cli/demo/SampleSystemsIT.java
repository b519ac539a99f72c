package dev.reclaim.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is planted, seen by the oracle; no test of these deletes. */
class SampleSystemsIT {
  private static final Amounts SMALL = new Amounts(2_000, 200);

  @TempDir private static Path directory;

  private static EmbeddedPostgres postgres;
  private static EmbeddedS3 s3;
  private static SampleServers servers;
  private static SampleSystems systems;
  private static SampleSql sql;

  @BeforeAll
  static void createSystems() {
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
    s3 = EmbeddedS3.start(directory.resolve("s3"));
    servers = new SampleServers(postgres, s3, directory.resolve("stores"));
    systems = SampleSystems.create(servers);
    sql = new SampleSql(servers);
    systems.plant(SMALL);
    systems.oracle().before();
  }

  @AfterAll
  static void stopServers() {
    s3.close();
    postgres.close();
  }

  @Test
  void saysThatEverythingIsLeftBehindWhenNothingWasDone() throws SQLException {
    // When
    Verdict verdict = systems.oracle().after();

    // Then
    long toMark =
        sql.count("exports", "SELECT count(*) FROM oracle.export_logs WHERE fate = 'mark'");
    assertThat(toMark).isPositive();
    assertThat(verdict.planted().rows()).isEqualTo(SMALL.rows());
    assertThat(verdict.planted().files()).isEqualTo(SMALL.files());
    assertThat(verdict.deleted()).isEqualTo(Account.NOTHING);
    assertThat(verdict.marked()).isZero();
    assertThat(verdict.wronglyDeleted()).isZero();
    assertThat(verdict.leftBehind()).isEqualTo(SMALL.rows() + SMALL.files() + toMark);
  }

  @Test
  void leavesNothingNearItsCutoff() throws SQLException {
    for (SampleSystem system : SampleSystem.values()) {
      for (String table : watched(system)) {
        assertThat(
                sql.count(
                    system.database(),
                    "SELECT count(*) FROM oracle." + table + " WHERE fate = 'soon'"))
            .as(table)
            .isZero();
      }
    }
  }

  @Test
  void plantsDecoysOfEveryKind() throws SQLException {
    assertThat(stays("video", "project_memory", "memory_type = 'user_preference'")).isPositive();
    assertThat(stays("video", "image_analysis", "created_at IS NULL")).isPositive();
    assertThat(stays("trading", "signals", "status = 'open'")).isPositive();
    assertThat(
            sql.count(
                "trading",
                "SELECT count(*) FROM feature_snapshot_versions WHERE stage = 'production'"))
        .isPositive();
    assertThat(stays("renders", "render_jobs", "status = 'processing'")).isPositive();
    assertThat(
            stays(
                "renders",
                "render_jobs",
                "status = 'completed' AND created_at < now() - interval '1 hour'"))
        .as("protected by an asset")
        .isPositive();
    assertThat(stays("jobs", "jobs", "status = 'running'")).isPositive();
    assertThat(stays("exports", "export_logs", "expires_at < now()")).isPositive();
    assertThat(
            sql.count(
                "renders",
                "SELECT count(*) FROM oracle.file WHERE policy = 'render-jobs' AND fate = 'stay'"))
        .isPositive();
    assertThat(
            sql.count(
                "renders",
                "SELECT count(*) FROM oracle.file WHERE policy = 'orphaned-renders' AND fate = 'stay'"))
        .isPositive();
    assertThat(
            sql.count(
                "renders", "SELECT count(*) FROM oracle.file WHERE url LIKE '%!%20%' ESCAPE '!'"))
        .as("names that a URL cannot carry")
        .isPositive();
  }

  @Test
  void plantsTheSameAgain() {
    // Given
    Verdict first = systems.oracle().after();

    // When
    systems = SampleSystems.create(servers);
    systems.plant(SMALL);
    systems.oracle().before();

    // Then
    assertThat(systems.oracle().after()).isEqualTo(first);
  }

  @Test
  void namesEveryVariableOfThePolicyFiles() {
    // Given
    Matcher names =
        Pattern.compile("\\$\\{(\\w+)\\}")
            .matcher(String.join("\n", SampleSystems.policyFiles().values()));

    // When
    Map<String, String> variables = systems.variables();

    // Then
    assertThat(
            names
                .results()
                .map(name -> name.group(1))
                .filter(name -> !name.equals("NAME"))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(variables.keySet());
  }

  private long stays(String database, String table, String condition) throws SQLException {
    return sql.count(
        database,
        "SELECT count(*) FROM %s t JOIN oracle.%s o ON o.key = t.id::text WHERE o.fate = 'stay' AND t.%s"
            .formatted(table, table, condition));
  }

  private List<String> watched(SampleSystem system) throws SQLException {
    List<String> tables =
        new ArrayList<>(sql.texts(system.database(), "SELECT name FROM oracle.watched"));
    tables.add("file");
    return tables;
  }
}

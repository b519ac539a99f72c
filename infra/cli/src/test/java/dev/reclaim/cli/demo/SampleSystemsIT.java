package dev.reclaim.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle against deletions made by hand, right ones and wrong ones. */
class SampleSystemsIT {
  private static final Amounts SMALL = new Amounts(2_000, 200);

  @TempDir private static Path directory;

  private static EmbeddedPostgres postgres;
  private static EmbeddedS3 s3;

  private SampleServers servers;
  private SampleSystems systems;
  private Oracle oracle;

  @BeforeAll
  static void startServers() {
    postgres = EmbeddedPostgres.start(directory.resolve("postgres"));
    s3 = EmbeddedS3.start(directory.resolve("s3"));
  }

  @AfterAll
  static void stopServers() {
    s3.close();
    postgres.close();
  }

  @BeforeEach
  void plant() {
    servers = new SampleServers(postgres, s3, directory.resolve("stores"));
    systems = SampleSystems.create(servers);
    systems.plant(SMALL);
    oracle = systems.oracle();
    oracle.before();
  }

  @Test
  void saysThatEverythingIsLeftBehindWhenNothingWasDone() throws SQLException {
    // When
    Verdict verdict = oracle.after();

    // Then
    long toMark = count("exports", "SELECT count(*) FROM oracle.export_logs WHERE fate = 'mark'");
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
                count(
                    system.database(),
                    "SELECT count(*) FROM oracle." + table + " WHERE fate = 'soon'"))
            .as(table)
            .isZero();
      }
    }
  }

  @Test
  void agreesWithADeletionByHand() throws SQLException, IOException {
    // Given
    Account planted = oracle.after().planted();

    // When
    deleteByHand();

    // Then
    Verdict verdict = oracle.after();
    assertThat(verdict.deleted()).isEqualTo(planted).isEqualTo(verdict.planted());
    assertThat(verdict.wronglyDeleted()).isZero();
    assertThat(verdict.leftBehind()).isZero();
    assertThat(verdict.marked()).isPositive();
    assertThat(verdict.policies())
        .extracting(Verdict.OfPolicy::name)
        .containsExactlyInAnyOrderElementsOf(policyNames());
    assertThat(verdict.policies())
        .allSatisfy(policy -> assertThat(policy.deleted()).isEqualTo(policy.planted()));
  }

  @Test
  void noticesARowThatShouldHaveStayed() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    update(
        "renders",
        "DELETE FROM render_jobs WHERE id::text ="
            + " (SELECT min(metadata->>'render_job_id') FROM user_assets)");

    // Then
    Verdict verdict = oracle.after();
    assertThat(verdict.wronglyDeleted()).isEqualTo(1);
    assertThat(verdict.deleted().rows()).isEqualTo(SMALL.rows() + 1);
  }

  @Test
  void noticesARowThatWasOnlyTouched() throws SQLException {
    update(
        "video",
        "UPDATE projects SET name = name WHERE id = (SELECT min(id::text) FROM projects)::uuid");
    update(
        "exports",
        "UPDATE export_logs SET status = 'expired' WHERE id = (SELECT id FROM export_logs WHERE expires_at > now() LIMIT 1)");

    assertThat(oracle.after().wronglyDeleted()).isEqualTo(2);
  }

  @Test
  void noticesAMarkThatChangedMoreThanTheStatus() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    update(
        "exports",
        "UPDATE export_logs SET requested_by = 'someone else' WHERE id::text ="
            + " (SELECT min(key) FROM oracle.export_logs WHERE fate = 'mark')");

    // Then
    assertThat(oracle.after().wronglyDeleted()).isEqualTo(1);
  }

  @Test
  void noticesFilesThatShouldHaveStayed() throws SQLException, IOException {
    // Given
    deleteByHand();
    Path named =
        servers
            .directoryOf(SampleStore.RENDERS)
            .resolve(
                text(
                    "renders",
                    "SELECT path FROM oracle.file WHERE policy = 'render-jobs' AND fate = 'stay' ORDER BY path LIMIT 1"));
    Path output;
    try (var files = Files.walk(servers.directoryOf(SampleStore.JOB_OUTPUT))) {
      output = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }

    // When
    Files.delete(named);
    Files.delete(output);

    // Then
    Verdict verdict = oracle.after();
    assertThat(verdict.wronglyDeleted()).isEqualTo(2);
    assertThat(verdict.deleted().files()).isEqualTo(SMALL.files() + 2);
  }

  @Test
  void plantsTheSameAgain() {
    // Given
    Verdict first = oracle.after();

    // When
    systems = SampleSystems.create(servers);
    systems.plant(SMALL);
    systems.oracle().before();

    // Then
    assertThat(systems.oracle().after()).isEqualTo(first);
  }

  @Test
  void plantsAnotherRoundBesideTheFirst() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    systems.plant(new Amounts(500, 100));
    oracle.before();

    // Then
    Verdict verdict = oracle.after();
    assertThat(verdict.planted().rows()).isEqualTo(500);
    assertThat(verdict.planted().files()).isEqualTo(100);
    assertThat(verdict.deleted()).isEqualTo(Account.NOTHING);
  }

  @Test
  void plantsDecoysOfEveryKind() throws SQLException {
    assertThat(stays("video", "project_memory", "memory_type = 'user_preference'")).isPositive();
    assertThat(stays("video", "image_analysis", "created_at IS NULL")).isPositive();
    assertThat(stays("trading", "signals", "status = 'open'")).isPositive();

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
            count(
                "renders",
                "SELECT count(*) FROM oracle.file WHERE policy = 'render-jobs' AND fate = 'stay'"))
        .isPositive();
    assertThat(
            count(
                "renders",
                "SELECT count(*) FROM oracle.file WHERE policy = 'orphaned-renders' AND fate = 'stay'"))
        .isPositive();
    assertThat(
            count("renders", "SELECT count(*) FROM oracle.file WHERE url LIKE '%!%20%' ESCAPE '!'"))
        .as("names that a URL cannot carry")
        .isPositive();
  }

  @Test
  void namesEveryVariableOfThePolicyFile() {
    // Given
    Matcher names = Pattern.compile("\\$\\{(\\w+)\\}").matcher(SampleSystems.policyFile());

    // When
    Map<String, String> variables = systems.variables();

    // Then
    assertThat(names.results().map(name -> name.group(1)).distinct())
        .containsExactlyInAnyOrderElementsOf(variables.keySet());
  }

  /** By the policies' words, written once more, with nothing of the oracle's. */
  private void deleteByHand() throws SQLException, IOException {
    update("video", "DELETE FROM image_analysis WHERE created_at < now() - interval '30 days'");
    update(
        "video",
        "DELETE FROM project_memory WHERE created_at < now() - interval '90 days'"
            + " AND memory_type NOT IN ('user_preference', 'scene_style', 'project_settings')");
    update("video", "DELETE FROM scene_iterations WHERE created_at < now() - interval '60 days'");
    update("trading", "DELETE FROM stream_data WHERE received_at < now() - interval '30 days'");
    String oldSignals =
        "status IN ('closed', 'cancelled') AND created_at < now() - interval '365 days'";
    update(
        "trading",
        "DELETE FROM signal_outcomes WHERE signal_id IN (SELECT id FROM signals WHERE "
            + oldSignals
            + ")");
    update("trading", "DELETE FROM signals WHERE " + oldSignals);
    update(
        "trading",
        "DELETE FROM feature_snapshot_versions WHERE stage IN ('candidate', 'retired')"
            + " AND created_at < now() - interval '180 days'");
    deleteRenders();
    deleteJobs();
    deleteExports();
    update("exports", "DELETE FROM audit_log WHERE created_at < now() - interval '30 days'");
  }

  private void deleteRenders() throws SQLException, IOException {
    update(
        "renders",
        "DELETE FROM render_jobs WHERE status = 'completed' AND created_at < now() - interval '1 hour'"
            + " AND NOT EXISTS (SELECT FROM user_assets"
            + " WHERE user_assets.metadata->>'render_job_id' = render_jobs.id::text)");
    // Two hours and older: an orphan, or a clip that went with its job; the young ones of the
    // planting have fewer than six hours and no job that went.
    List<String> named =
        texts(
            "renders",
            "SELECT regexp_replace(url, '^.*/(public|sign)/renders/|\\?.*$', '', 'g') FROM"
                + " (SELECT output_url AS url FROM render_jobs"
                + " UNION ALL SELECT file_url FROM user_assets) urls WHERE url IS NOT NULL");
    List<String> wasNamed =
        texts("renders", "SELECT url FROM oracle.file WHERE policy = 'render-jobs'");
    for (StoreListing.Listed file : list(SampleStore.RENDERS)) {
      String url = FileNames.inUrl(file.path());
      boolean old = file.modified().isBefore(Instant.now().minus(Duration.ofHours(24)));
      if (!named.contains(url) && (old || wasNamed.contains(url))) {
        Files.delete(servers.directoryOf(SampleStore.RENDERS).resolve(file.path()));
      }
    }
  }

  private void deleteJobs() throws SQLException, IOException {
    List<String> wasNamed = texts("jobs", "SELECT temp_path FROM jobs WHERE temp_path IS NOT NULL");
    update(
        "jobs",
        "DELETE FROM jobs WHERE status IN ('finished', 'failed')"
            + " AND created_at < now() - interval '7 days'");
    List<String> named = texts("jobs", "SELECT temp_path FROM jobs WHERE temp_path IS NOT NULL");
    for (StoreListing.Listed file : list(SampleStore.JOB_TEMP)) {
      boolean old = file.modified().isBefore(Instant.now().minus(Duration.ofDays(7)));
      boolean went = wasNamed.contains(file.path()) && !named.contains(file.path());
      if (old || went) {
        Files.delete(servers.directoryOf(SampleStore.JOB_TEMP).resolve(file.path()));
      }
    }
  }

  private void deleteExports() throws SQLException, IOException {
    String url = "SELECT substring(file_url FROM '/exports/(.*)$') FROM export_logs";
    List<String> wasLive =
        texts("exports", url + " WHERE status <> 'expired' AND file_url IS NOT NULL");
    update(
        "exports",
        "UPDATE export_logs SET status = 'expired' WHERE status <> 'expired'"
            + " AND expires_at < now() - interval '24 hours'");
    List<String> live =
        texts("exports", url + " WHERE status <> 'expired' AND file_url IS NOT NULL");
    for (StoreListing.Listed file : list(SampleStore.EXPORTS)) {
      if (wasLive.contains(file.path()) && !live.contains(file.path())) {
        Files.delete(servers.directoryOf(SampleStore.EXPORTS).resolve(file.path()));
      }
    }
  }

  private List<StoreListing.Listed> list(SampleStore store) throws IOException {
    return new StoreListing(servers.directoryOf(store)).files();
  }

  private long stays(String database, String table, String condition) throws SQLException {
    return count(
        database,
        "SELECT count(*) FROM %s t JOIN oracle.%s o ON o.key = t.id::text WHERE o.fate = 'stay' AND t.%s"
            .formatted(table, table, condition));
  }

  private static List<String> policyNames() {
    return Pattern.compile("- name: (\\S+)")
        .matcher(SampleSystems.policyFile())
        .results()
        .map(name -> name.group(1))
        .toList();
  }

  private List<String> watched(SampleSystem system) throws SQLException {
    List<String> tables =
        new ArrayList<>(texts(system.database(), "SELECT name FROM oracle.watched"));
    tables.add("file");
    return tables;
  }

  private long count(String database, String sql) throws SQLException {
    return Long.parseLong(text(database, sql));
  }

  private String text(String database, String sql) throws SQLException {
    return texts(database, sql).get(0);
  }

  private List<String> texts(String database, String sql) throws SQLException {
    try (Connection connection = servers.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }

  private void update(String database, String sql) throws SQLException {
    try (Connection connection = servers.connect(database);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}

package dev.reclaim.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle against deletions made by hand, right ones and wrong ones. */
class OracleIT {
  private static final Amounts ROUND = new Amounts(1_000, 200);

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
  }

  @AfterAll
  static void stopServers() {
    s3.close();
    postgres.close();
  }

  @BeforeEach
  void plantARound() {
    systems.plant(ROUND);
    systems.oracle().before();
  }

  @Test
  void agreesWithADeletionByHand() throws SQLException, IOException {
    // Given
    Account planted = systems.oracle().after().planted();

    // When
    deleteByHand();

    // Then
    Verdict verdict = systems.oracle().after();
    assertThat(verdict.deleted()).isEqualTo(planted).isEqualTo(verdict.planted());
    assertThat(verdict.wronglyDeleted()).isZero();
    assertThat(verdict.leftBehind()).isZero();
    assertThat(verdict.marked()).isPositive();
    assertThat(verdict.policies())
        .extracting(Verdict.OfPolicy::name)
        .containsExactlyInAnyOrderElementsOf(policyNames());
    assertThat(verdict.policies())
        .allSatisfy(policy -> assertThat(policy.deleted()).isEqualTo(policy.planted()));
    requireLabelsOf(verdict, "jobs", "failed", "finished");
    requireLabelsOf(
        verdict, "conversation-context", "conversation_context", "session_data", "temporary_note");
  }

  private static void requireLabelsOf(Verdict verdict, String policy, String... values) {
    Map<Label, Account> labels = systems.oracle().labels();
    labels.keySet().removeIf(label -> !label.policy().equals(policy));
    assertThat(labels.keySet()).extracting(Label::value).containsExactlyInAnyOrder(values);
    Account whole =
        verdict.policies().stream()
            .filter(part -> part.name().equals(policy))
            .findFirst()
            .orElseThrow()
            .deleted();
    assertThat(labels.values().stream().reduce(Account::plus)).contains(whole);
  }

  @Test
  void noticesARowThatShouldHaveStayed() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    sql.update(
        "renders",
        "DELETE FROM render_jobs WHERE id::text ="
            + " (SELECT min(metadata->>'render_job_id') FROM user_assets)");

    // Then
    Verdict verdict = systems.oracle().after();
    assertThat(verdict.wronglyDeleted()).isEqualTo(1);
    assertThat(verdict.deleted().rows()).isEqualTo(verdict.planted().rows() + 1);
  }

  @Test
  void noticesARowThatWasOnlyTouched() throws SQLException {
    sql.update(
        "video",
        "UPDATE projects SET name = name WHERE id = (SELECT min(id::text) FROM projects)::uuid");
    sql.update(
        "exports",
        "UPDATE export_logs SET status = 'expired' WHERE id = (SELECT id FROM export_logs WHERE expires_at > now() LIMIT 1)");

    assertThat(systems.oracle().after().wronglyDeleted()).isEqualTo(2);
  }

  @Test
  void noticesAMarkThatChangedMoreThanTheStatus() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    sql.update(
        "exports",
        "UPDATE export_logs SET requested_by = 'someone else' WHERE id::text ="
            + " (SELECT min(key) FROM oracle.export_logs WHERE fate = 'mark')");

    // Then
    assertThat(systems.oracle().after().wronglyDeleted()).isEqualTo(1);
  }

  @Test
  void noticesFilesThatShouldHaveStayed() throws SQLException, IOException {
    // Given
    deleteByHand();
    Path named =
        servers
            .directoryOf(SampleStore.RENDERS)
            .resolve(
                sql.text(
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
    Verdict verdict = systems.oracle().after();
    assertThat(verdict.wronglyDeleted()).isEqualTo(2);
    assertThat(verdict.deleted().files()).isEqualTo(verdict.planted().files() + 2);
  }

  @Test
  void plantsAnotherRoundBesideTheFirst() throws SQLException, IOException {
    // Given
    deleteByHand();

    // When
    systems.plant(new Amounts(500, 100));
    systems.oracle().before();

    // Then
    Verdict verdict = systems.oracle().after();
    assertThat(verdict.planted().rows()).isEqualTo(500);
    assertThat(verdict.planted().files()).isEqualTo(100);
    assertThat(verdict.deleted()).isEqualTo(Account.NOTHING);
  }

  private static List<String> policyNames() {
    return Pattern.compile("- name: (\\S+)")
        .matcher(SampleSystems.policyFile())
        .results()
        .map(name -> name.group(1))
        .toList();
  }

  private static void deleteByHand() throws SQLException, IOException {
    new HandMadeDeletion(servers, sql).run();
  }
}

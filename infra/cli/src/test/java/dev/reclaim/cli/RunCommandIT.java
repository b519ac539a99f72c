package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code reclaim run} and {@code reclaim plan} on a database and a policy file of one's own. */
@RequiresServers
class RunCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Two tables with rows of 1, 2, ... days: 25 of each are older than 15 days, the last one 40. */
  private static final String TABLES =
      """
      CREATE TABLE sessions (id bigint PRIMARY KEY, seen_at timestamptz NOT NULL, note text);
      CREATE TABLE letters (id bigint PRIMARY KEY, sent_at timestamptz NOT NULL, file text);
      INSERT INTO sessions SELECT n, now() - make_interval(days => n), 'note ' || n FROM generate_series(1, 40) n;
      INSERT INTO letters SELECT n, now() - make_interval(days => n) FROM generate_series(1, 40) n;
      """;

  private final Shop shop;
  private final TestServers servers;
  @TempDir private Path directory;

  RunCommandIT(TestDatabase database, TestServers servers) {
    this.shop = new Shop(database);
    this.servers = servers;
  }

  @BeforeEach
  void makeTables() throws SQLException {
    shop.execute(TABLES);
  }

  private Path policies(String... more) throws IOException {
    return shop.policies(
        directory,
        """
        policies:
          - name: sessions
            table: shop.public.sessions
            expire: { after: P15DT12H, by: seen_at }
          - name: letters
            table: shop.public.letters
            expire: { after: P15DT12H, by: sent_at }
        """
            + String.join("", more));
  }

  private Said run(Path policies, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("run", "--policies", policies.toString(), "--data", data().toString()));
    arguments.addAll(List.of(more));
    return Said.by(arguments.toArray(String[]::new));
  }

  private Path data() {
    return directory.resolve("data");
  }

  @Test
  void deletesWhatWasPlannedAndNothingElseAndNothingAgain() throws Exception {
    // Given
    Path policies = policies();
    Path plan = directory.resolve("plan.json");
    Path plannedKeys = directory.resolve("planned.jsonl");
    Path account = directory.resolve("account.json");
    Path deletedKeys = directory.resolve("deleted.jsonl");

    // When
    Said planned =
        Said.by(
            "plan",
            "--policies",
            policies.toString(),
            "--json",
            plan.toString(),
            "--keys",
            plannedKeys.toString());

    // Then
    assertThat(planned.exitCode()).as(planned.toString()).isZero();
    assertThat(planned.out()).contains("A plan: nothing was changed.");
    assertThat(shop.count("SELECT count(*) FROM pg_namespace WHERE nspname = 'reclaim'")).isZero();
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);
    JsonNode forecast = JsonMapper.shared().readTree(plan);

    // When
    Said done = run(policies, "--json", account.toString(), "--keys", deletedKeys.toString());

    // Then
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.errors()).isEmpty();
    assertThat(done.out())
        .contains(
            "Complete: nothing that was due is left.",
            "MB reusable by the database (estimate); given back to the disk only by VACUUM FULL");
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(15);
    assertThat(shop.count("SELECT max(id) FROM sessions")).isEqualTo(15);
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(15);
    JsonNode report = JsonMapper.shared().readTree(account);
    assertThat(report.get("complete").asBoolean()).isTrue();
    assertThat(report.get("total").get("rows").asLong()).isEqualTo(50);
    for (int policy = 0; policy < 2; policy++) {
      JsonNode part = report.get("policies").get(policy);
      assertThat(part.get("claimed").asLong()).isEqualTo(25);
      assertThat(part.get("rows").get("deleted").asLong()).isEqualTo(25);
      assertThat(part.get("reusableBytesEstimate").asLong()).isPositive();
      assertThat(part.get("reclaimed"))
          .isEqualTo(forecast.get("policies").get(policy).get("reclaimed"));
    }
    assertThat(Files.readAllLines(deletedKeys))
        .hasSize(50)
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(plannedKeys));

    // When
    Said again = run(policies);

    // Then
    assertThat(again.exitCode()).as(again.toString()).isZero();
    assertThat(again.out()).contains("Nothing was claimed: nothing was deleted.");
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(15);
  }

  @Test
  void judgesAgesAsOfATimeInThePastAndOnlyThePolicyThatIsNamed() throws Exception {
    // Given
    String weekAgo = Instant.now().minus(Duration.ofDays(7)).toString();

    // When
    Said done = run(policies(), "--at", weekAgo, "letters");

    // Then
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(shop.count("SELECT max(id) FROM letters")).isEqualTo(22);
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(22);
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);
  }

  @Test
  void neverJudgesAgesAsOfTheFuture() throws Exception {
    Said done = run(policies(), "--at", "2999-01-01T00:00:00Z", "letters");

    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(15);
  }

  @Test
  void endsAtItsTimeoutAndTheNextRunCompletesTheWork() throws Exception {
    // Given
    Path policies = policies();

    // When
    Said late;
    try (Connection lock = shop.lock("sessions")) {
      late = run(policies, "--timeout", "PT4S");
    }

    // Then
    assertThat(late.exitCode()).as(late.toString()).isEqualTo(1);
    assertThat(late.out()).contains("sessions: late").contains("Not complete.");
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);

    // When
    String at = "2020-01-01T00:00:00Z";
    Said next = run(policies, "--timeout", "PT1M", "--at", at);

    // Then
    assertThat(next.exitCode()).as(next.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(15);
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(15);
    assertThat(shop.count("SELECT sum(rows) FROM reclaim.ledger")).isEqualTo(50);
    assertThat(next.out())
        .contains("sessions: went on with sessions/", "by its own cutoff 2")
        .doesNotContain("letters: went on");
  }

  @Test
  @Tag("soak")
  void endsWhereAPolicyIsStoppedAtTheDeletionAndTheNextRunCarriesOutWhatWaits() throws Exception {
    // Given what no check at the start can see
    Path policies = policies();
    shop.execute(
        """
        CREATE FUNCTION no_right() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'permission denied' USING ERRCODE = '42501'; END $$;
        CREATE TRIGGER no_right BEFORE DELETE ON sessions EXECUTE FUNCTION no_right();
        """);

    // When
    Said stopped = run(policies);

    // Then
    assertThat(stopped.exitCode()).as(stopped.toString()).isEqualTo(1);
    assertThat(stopped.out())
        .contains(
            "sessions: incomplete, 1 of its events is not carried out: the policy sessions is stopped, because",
            "SQL state 42501",
            "mend that, as reclaim validate says, and run it again",
            "Not complete.");
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(15);
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);

    // When
    shop.execute("DROP TRIGGER no_right ON sessions");
    Said mended = run(policies);

    // Then
    assertThat(mended.exitCode()).as(mended.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(15);
    assertThat(shop.count("SELECT sum(rows) FROM reclaim.ledger")).isEqualTo(50);
  }

  @Test
  void doesNotWaitForAWorkerThatHasEnded() throws Exception {
    // Given
    PolicyFile file = PolicyFileReader.read(policies(), System::getenv);
    try (Roles roles = new Roles()) {
      Installation to = roles.own(Installation.open(file, 4, "test"));
      KafkaSettings kafka = KafkaSettings.at(servers.kafkaBootstrap());
      TopicSetup.ensure(kafka);
      Planner planner = roles.own(to.startPlanner("test", kafka));

      // When
      PolicyRuns.Results results =
          new PolicyRuns(planner, RunProgress.SILENT, () -> false)
              .run(file.policies(), RunRequest.NOW, Optional.of(PATIENCE));

      // Then
      assertThat(results.late()).isEmpty();
      assertThat(results.stopped()).containsOnlyKeys("sessions", "letters");
      assertThat(results.stopped().get("letters"))
          .hasMessageContaining("the worker of this run has ended");
    }
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);
    assertThat(shop.count("SELECT count(*) FROM reclaim.run WHERE lease_until <= now()"))
        .as("left to the next run")
        .isEqualTo(2);
  }

  @Test
  void leavesADirectoryAloneThatAnotherRunIsUsing() throws Exception {
    // Given
    Path policies = policies();
    try (Connection lock = shop.lock("sessions");
        ReclaimProcess first =
            ReclaimProcess.start(
                directory,
                "first",
                Map.of(),
                "run",
                "--policies",
                policies.toString(),
                "--data",
                data().toString())) {
      await().atMost(PATIENCE).until(() -> shop.count("SELECT count(*) FROM letters") == 15);

      // When
      Said second = run(policies);

      // Then
      assertThat(second.exitCode()).isEqualTo(1);
      assertThat(second.errors())
          .singleElement()
          .asString()
          .contains(
              data().toString(), "in use by process " + first.process().pid(), "choose another");

      // When
      lock.rollback();

      // Then
      assertThat(first.awaitEnd()).as(first.errors()).isZero();
    }
    assertThat(shop.count("SELECT sum(rows) FROM reclaim.ledger")).isEqualTo(50);
  }

  @Test
  void waitsForApprovalWhereNothingRefersToFilesWhileOtherPoliciesComplete() throws Exception {
    // Given
    Path scans = Files.createDirectories(directory.resolve("scans"));
    Path old = Files.writeString(scans.resolve("old.pdf"), "some letter");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
    Path policies =
        policies(
            """
              - name: scans
                store: scans
                older-than: P2D
                referenced-by: [ { table: shop.public.letters, column: file } ]
            stores:
              scans: { directory: "%s", state: shop }
            """
                .formatted(scans));

    // When
    Said waiting = run(policies);

    // Then
    assertThat(waiting.exitCode()).as(waiting.toString()).isEqualTo(3);
    assertThat(waiting.out()).contains("scans: stopped").contains("--accept-references");
    assertThat(old).exists();
    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(15);

    // When
    Said accepted = run(policies, "scans", "--accept-references");

    // Then
    assertThat(accepted.exitCode()).as(accepted.toString()).isZero();
    assertThat(old).doesNotExist();
  }

  @Test
  void keepsAllFilesOfAStoreAndSaysSoWhileAReferenceCannotBeRead() throws Exception {
    // Given
    Path scans = Files.createDirectories(directory.resolve("scans"));
    Path old = Files.writeString(scans.resolve("old.pdf"), "some letter");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
    String strange = "gs://" + "x".repeat(200);
    shop.execute(
        "UPDATE letters SET file = CASE id WHEN 1 THEN 'new.pdf' WHEN 2 THEN '%s' ELSE 'https://cdn.example/a.pdf' END"
            .formatted(strange));
    Path policies =
        policies(
            """
              - name: scans
                store: scans
                older-than: P2D
                referenced-by: [ { table: shop.public.letters, column: file } ]
            stores:
              scans:
                directory: "%s"
                state: shop
                references: { ignore: "https://cdn.example/", unparseable: keep-all }
            """
                .formatted(scans));
    String note =
        "scans: nothing was claimed, because 1 reference to the store could not be read, like \"%s…\" in shop.public.letters.file"
            .formatted(strange.substring(0, 100));

    // When
    Said planned = Said.by("plan", "--policies", policies.toString(), "scans");
    Said done = run(policies, "scans");

    // Then
    assertThat(planned.exitCode()).as(planned.toString()).isZero();
    assertThat(planned.out()).contains(note);
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out()).contains(note);
    assertThat(old).exists();
    assertThat(shop.count("SELECT count(*) FROM reclaim.run WHERE claimed = 0 AND guarded = 1"))
        .isEqualTo(1);

    // When
    shop.execute("UPDATE letters SET file = 'new.pdf' WHERE id = 2");
    Said mended = run(policies, "scans");

    // Then
    assertThat(mended.out()).doesNotContain("could not be read");
    assertThat(old).doesNotExist();
  }
}

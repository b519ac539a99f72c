package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.events.CloudEvent;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import dev.reclaim.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator does about dead letters, on the broker and the database that made them. */
@RequiresServers
class DeadLettersCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ROWS = "dev.reclaim.expired-records.v1";

  private final KafkaSettings kafka;
  private final Shop shop;
  private final Roles roles = new Roles();

  /** Of this test alone: the topic is everybody's. */
  private final String policy = "sessions-" + UUID.randomUUID();

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init")
  DeadLettersCommandIT(TestServers servers, TestDatabase database) {
    this.kafka = KafkaSettings.at(servers.kafkaBootstrap());
    this.shop = new Shop(database);
  }

  @BeforeEach
  void makeATable() throws SQLException {
    shop.execute(
        """
        CREATE TABLE sessions (id bigint PRIMARY KEY, seen_at timestamptz NOT NULL);
        INSERT INTO sessions SELECT n, now() - make_interval(days => n) FROM generate_series(1, 40) n;
        """);
    TopicSetup.ensure(kafka);
  }

  @AfterEach
  void close() {
    roles.close();
  }

  @Test
  void listsShowsAndReplaysALetterOnceItsCauseIsMended() throws Exception {
    // Given a claim by a policy that refuses other services, and what its worker makes of it
    Path policies = policies("");
    Worker worker = start(policies);
    send(
        "mended",
        "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"40\"],[\"2\"]]}");
    awaitLetters(policies, 1);
    worker.close();

    // When, then
    Said counted = letters("list", policies, "--policy", policy);
    assertThat(counted.exitCode()).as(counted.toString()).isZero();
    assertThat(counted.out())
        .contains("producers-not-allowed", policy, "takes no claims of other services")
        .containsPattern("total +1\\n");
    JsonNode list = list(policies, "--class", "producers-not-allowed");
    assertThat(list.get("counts").get(0).get("letters").asLong()).isEqualTo(1);
    assertThat(list(policies, "--class", "wrong-keys").get("letters").asLong()).isZero();
    assertThat(list(policies, "--until", "2026-01-01T00:00:00Z").get("letters").asLong()).isZero();
    assertThat(list(policies, "--since", "2026-01-01T00:00:00Z").get("letters").asLong()).isOne();
    String id = list.get("newest").get(0).get("letter").stringValue();
    Said shown = letters("show", policies, id);
    assertThat(shown.exitCode()).as(shown.toString()).isZero();
    assertThat(shown.out())
        .contains(
            "producers-not-allowed", "ce_id", "mended", "\"keys\" : [ [ \"40\" ], [ \"2\" ] ]");

    // When
    Path mended = policies("    producers: allowed\n");
    Said dry = letters("replay", mended, "--policy", policy, "--dry-run");
    assertThat(dry.out()).contains(id + " would be sent again", "1 letter would be sent again.");
    assertThat(acts()).isZero();
    start(mended);
    Said replayed = letters("replay", mended, "--policy", policy);

    // Then
    assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
    assertThat(replayed.out()).contains("1 letter sent again.");
    await().atMost(PATIENCE).until(() -> count("FROM reclaim.ledger WHERE id = 'mended'") == 1);
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(39);
    assertThat(list(mended).get("letters").asLong()).isZero();
    assertThat(list(mended, "--all").get("newest").get(0).get("acts").get(0).stringValue())
        .startsWith("replayed 20")
        .endsWith(" by " + System.getProperty("user.name"));
    assertThat(
            count(
                """
                FROM reclaim.dead_letter_act
                 WHERE act = 'replay' AND actor = '%s' AND class = 'producers-not-allowed' AND policy = '%s'
                   AND letter_partition || ':' || letter_offset = '%s' AND event LIKE 'elsewhere#mended@20%%'
                   AND origin LIKE 'reclaim.expired-records-%%' AND acted_at > now() - interval '1 minute'
                """
                    .formatted(System.getProperty("user.name"), policy, id)))
        .isOne();

    // When it is sent again by its place, and then all the same
    Said again = letters("replay", mended, id);
    assertThat(again.exitCode()).as(again.toString()).isEqualTo(1);
    assertThat(again.out())
        .contains(id + " was replayed", "--all", "0 letters sent again, 1 left.");
    assertThat(letters("replay", mended, id, "--all").exitCode()).isZero();

    // Then the ledger knows it
    send("after", "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"39\"]]}");
    await().atMost(PATIENCE).until(() -> count("FROM reclaim.ledger WHERE id = 'after'") == 1);
    assertThat(count("FROM reclaim.ledger")).isEqualTo(2);
    assertThat(acts()).isEqualTo(2);
  }

  @Test
  void leavesALetterThatComesBackAgainAndAgain() throws Exception {
    // Given
    Path policies = policies("    producers: allowed\n");
    start(policies);
    send(
        "hopeless",
        "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"no key\"]]}");
    awaitLetters(policies, 1);

    // When
    for (int replay = 1; replay <= 2; replay++) {
      Said replayed = letters("replay", policies, "--policy", policy, "--max-replays", "2");
      assertThat(replayed.exitCode()).as(replayed.toString()).isZero();
      int replays = replay;
      await()
          .atMost(PATIENCE)
          .until(() -> list(policies).get("newest").path(0).path("replays").asInt() == replays);
    }
    Said left = letters("replay", policies, "--policy", policy, "--max-replays", "2");

    // Then
    assertThat(left.exitCode()).as(left.toString()).isEqualTo(1);
    assertThat(left.out())
        .contains(
            "is left: it came back after 2 replays; --max-replays 3",
            "0 letters sent again, 1 left.");
    assertThat(list(policies).get("letters").asLong()).isOne();
    assertThat(acts()).isEqualTo(2);
  }

  @Test
  void discardsWithAReasonAndKeepsTheLetter() throws Exception {
    // Given
    Path policies = policies("");
    start(policies);
    send("one", "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"40\"]]}");
    send("two", "{\"policy\":\"%s\",\"cutoff\":\"2999-01-01T00:00:00Z\",\"keys\":[[\"40\"]]}");
    awaitLetters(policies, 2);
    String id = list(policies).get("newest").get(0).get("letter").stringValue();

    // When
    Said discarded = letters("discard", policies, id, "--reason", "a test of theirs");

    // Then
    assertThat(discarded.exitCode()).as(discarded.toString()).isZero();
    assertThat(discarded.out()).contains("1 letter discarded.");
    assertThat(list(policies).get("letters").asLong()).isOne();
    assertThat(list(policies, "--all").get("letters").asLong()).isEqualTo(2);
    assertThat(letters("show", policies, id).out())
        .containsPattern("since +discarded .* by .*: a test of theirs");
    assertThat(count("FROM reclaim.dead_letter_act WHERE reason = 'a test of theirs'")).isOne();
    Said missing = letters("discard", policies, "0:999999999", "--reason", "none");
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.errors())
        .singleElement()
        .asString()
        .contains("There is no letter 0:999999999 on reclaim.dead-letters");
  }

  @Test
  void showsWhatOthersSaidWithoutObeyingIt() throws Exception {
    // Given what moves a terminal's cursor and what no text is
    Path policies = policies("");
    start(policies);
    send("\u001b[2J\u202e", "{\"policy\":\"%s\",\"cutoff\":\"\u009b31m");
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              kafka.topics().expiredRecords(),
              policy.getBytes(UTF_8),
              new byte[] {(byte) 0xff, 0, 0x1b});
      producer.send(record).get();
    }
    List<String> ids = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              ids.clear();
              list(policies, "--class", "unreadable,invalid-header", "--limit", "5")
                  .get("newest")
                  .forEach(letter -> ids.add(letter.get("letter").stringValue()));
              return shown(policies, ids).contains("0xff001b")
                  && shown(policies, ids).contains("\\u009b31m");
            });

    // Then
    assertThat(shown(policies, ids) + letters("list", policies).out())
        .contains("\\u001b[2J\\u202e", "no text", "no JSON")
        .doesNotContain("\u001b", "\u202e", "\u009b");
  }

  @Test
  void accountsForTheEventOfARunThatEndedWithoutIt() throws Exception {
    // Given a worker that does not know the planner's policy
    Path policies = policies("");
    Path others =
        shop.policies(
            Files.createDirectories(directory.resolve("others")),
            "policies: [ { name: other, table: shop.public.sessions, expire: { after: P9D, by: seen_at } } ]");
    Worker worker = start(others);
    Installation planning = open(policies);
    Planner planner = roles.own(planning.startPlanner("planner", kafka));
    RunResult run =
        planner
            .run(planning.file().policies().get(0), RunRequest.NOW, RunProgress.SILENT)
            .orElseThrow();
    assertThat(run.state()).isEqualTo(RunResult.State.INCOMPLETE);
    assertThat(run.deadLetters()).isEqualTo(1);
    assertThat(run.problem().orElseThrow()).contains("unknown policy");
    worker.close();

    // When
    start(policies);
    assertThat(
            letters("replay", policies, "--class", "unknown-policy", "--policy", policy).exitCode())
        .isZero();

    // Then
    await().atMost(PATIENCE).until(() -> shop.count("SELECT count(*) FROM sessions") == 15);
    assertThat(
            count(
                "FROM reclaim.run WHERE state = 'incomplete' AND problem LIKE '%unknown policy%'"))
        .isOne();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                count(
                        "FROM reclaim.ledger WHERE rows = 25 AND emitted_at IS NOT NULL AND run = '"
                            + run.run()
                            + "'")
                    == 1);
  }

  private static Stream<Arguments> misused() {
    return Stream.of(
        Arguments.of("", "Say what to do: list, show, replay or discard."),
        Arguments.of("replay --policies p", "Say which letters"),
        Arguments.of("replay --policies p 0:1 --class wrong-keys", "in one way"),
        Arguments.of("replay --policies p 0-1", "'0-1' is no letter like 0:42"),
        Arguments.of("replay --policies p 0:1 --rate 0", "1 or more"),
        Arguments.of("replay --policies p 0:1 --max-replays 0", "1 or more"),
        Arguments.of("list --policies p --class wrong-key", "there are unreadable, invalid-header"),
        Arguments.of("list --policies p --since yesterday", "2026-11-21T02:00:00Z"),
        Arguments.of("list --policies p --limit -1", "0 or more"),
        Arguments.of("show --policies p", "PARTITION:OFFSET"),
        Arguments.of("discard --policies p 0:1", "Missing required option: '--reason=TEXT'"));
  }

  @ParameterizedTest(name = "reclaim dead-letters {0}")
  @MethodSource("misused")
  void saysHowItIsMisused(String line, String why) {
    List<String> arguments = new ArrayList<>(List.of("dead-letters"));
    Stream.of(line.split(" ", -1)).filter(word -> !word.isEmpty()).forEach(arguments::add);

    Said said = Said.by(arguments.toArray(String[]::new));

    assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
    assertThat(said.errors()).as(said.toString()).hasSize(2);
    assertThat(said.errors().get(0)).contains(why);
  }

  @Test
  void saysInItsHelpWhyAReplayIsSafe() {
    assertThat(Said.by("dead-letters", "replay", "--help").out())
        .containsPattern("(?s)safe.*ledger.*no\\s+second\\s+effect");
  }

  private Path policies(String more) throws IOException {
    return shop.policies(
        directory,
        """
        policies:
          - name: %s
            table: shop.public.sessions
            expire: { after: P15DT12H, by: seen_at }
        """
                .formatted(policy)
            + more);
  }

  private Installation open(Path policies) {
    return roles.own(
        Installation.open(PolicyFileReader.read(policies, name -> null), 8, "letters-test"));
  }

  private Worker start(Path policies) {
    return roles.own(open(policies).startWorker("letters-test", kafka));
  }

  private void send(String id, String claim) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer()) {
      producer
          .send(
              EventRecords.of(
                  kafka.topics().expiredRecords(),
                  null,
                  new CloudEvent(id, "elsewhere", ROWS, Instant.now()),
                  claim.formatted(policy).getBytes(UTF_8),
                  null))
          .get();
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void awaitLetters(Path policies, int number) {
    await().atMost(PATIENCE).until(() -> list(policies).get("letters").asInt() == number);
  }

  /** The list of this test's letters. */
  private JsonNode list(Path policies, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--json", "-"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--limit")) {
      arguments.addAll(List.of("--policy", policy));
    }
    Said said = letters("list", policies, arguments.toArray(String[]::new));
    assertThat(said.exitCode()).as(said.toString()).isZero();
    return JsonMapper.shared().readTree(said.out());
  }

  private String shown(Path policies, List<String> ids) {
    StringBuilder shown = new StringBuilder();
    ids.forEach(id -> shown.append(letters("show", policies, id).out()));
    return shown.toString();
  }

  private Said letters(String act, Path policies, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "dead-letters",
                act,
                "--policies",
                policies.toString(),
                "--kafka",
                kafka.bootstrapServers()));
    arguments.addAll(List.of(more));
    return Said.by(arguments.toArray(String[]::new));
  }

  private long acts() throws SQLException {
    return count("FROM reclaim.dead_letter_act");
  }

  private long count(String from) throws SQLException {
    return shop.count("SELECT count(*) " + from);
  }
}

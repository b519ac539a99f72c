package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code reclaim up} as a process, from its start to all of its ends. */
@RequiresServers
class UpCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SIGTERM_EXIT = 128 + 15;
  private static final Pattern METRICS = Pattern.compile("Metrics: (http://127.0.0.1:\\d+/)");
  private static final Pattern KAFKA = Pattern.compile("Kafka: +(\\S+)");

  /** Never due by themselves while the test runs, unless it runs at the end of a February. */
  private static final String POLICIES =
      """
      policies:
        - name: sessions
          table: shop.public.sessions
          expire: { after: P15DT12H, by: seen_at }
          labels: { client: agent }
          schedule: { cron: "0 0 29 2 *", zone: UTC }
          enabled: true
        - name: letters
          table: shop.public.letters
          expire: { after: P15DT12H, by: sent_at }
          schedule: { cron: "* * * * *", zone: UTC }
      """;

  private static final String DUE_NOW =
      "UPDATE reclaim.scheduled_tasks SET execution_time = now() WHERE NOT picked";

  private final HttpClient http = HttpClient.newHttpClient();
  private final Shop shop;
  @TempDir private Path directory;

  UpCommandIT(TestDatabase database) throws SQLException {
    this.shop = new Shop(database);
    shop.execute(
        """
        CREATE TABLE sessions (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, seen_at timestamptz NOT NULL, agent text);
        CREATE TABLE letters (id bigint PRIMARY KEY, sent_at timestamptz NOT NULL);
        INSERT INTO letters SELECT n, now() - make_interval(days => n) FROM generate_series(1, 40) n;
        """);
  }

  @Test
  void carriesOutWhatIsEnabledWhenItIsDueAndKeepsItsSumsOverEveryKindOfEnd() throws Exception {
    Path policies = shop.policies(directory, POLICIES);
    try (ReclaimProcess up = start(policies, "first")) {
      URI admin = ready(up);
      plantSessions();
      assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);
      makeDue();
      awaitRows(admin, 25);
      List<ProcessHandle> children = up.process().descendants().toList();
      assertThat(up.stop()).as(up.errors()).isEqualTo(SIGTERM_EXIT);
      assertThat(children).noneMatch(ProcessHandle::isAlive);
      assertThat(up.errors()).doesNotContain("ERROR");
    }

    try (ReclaimProcess up = start(policies, "second")) {
      URI admin = ready(up);
      awaitRows(admin, 25);
      plantSessions();
      makeDue();
      awaitRows(admin, 50);
      await().atMost(PATIENCE).untilAsserted(() -> requireShown(admin, kafka(up)));
      plantSessions();
      makeDue();
      await()
          .atMost(PATIENCE)
          .until(() -> shop.count("SELECT sum(rows) FROM reclaim.ledger") == 75);
      up.kill();
    }

    try (ReclaimProcess up = start(policies, "third")) {
      URI admin = ready(up);
      awaitRows(admin, 75);
      await()
          .atMost(PATIENCE)
          .until(
              () -> shop.count("SELECT count(*) FROM reclaim.run WHERE finished_at IS NULL") == 0);
      assertThat(up.stop()).as(up.errors()).isEqualTo(SIGTERM_EXIT);
    }

    assertThat(shop.count("SELECT count(*) FROM letters")).isEqualTo(40);
    assertThat(shop.count("SELECT count(*) FROM reclaim.run WHERE policy = 'letters'")).isZero();
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(45);
    assertThat(shop.count("SELECT sum(rows) FROM reclaim.ledger")).isEqualTo(75);
  }

  @Test
  void saysWhatTheMetricsStreamNeeds() {
    Said said = Said.by("metrics", "--kafka", "localhost:1");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.errors())
        .contains("Missing: the stream needs both --policies=FILE and --kafka=HOST:PORT");
    assertThat(Said.by("metrics", "show").errors())
        .contains("Missing required option: '--kafka=HOST:PORT'");
  }

  /** As of two rounds: by labels for whoever asks, and nowhere as a part of a sum. */
  private void requireShown(URI admin, String kafka) {
    JsonNode labels =
        JsonMapper.shared().readTree(get(admin.resolve("/v1/metrics/labels?window=all")).body());
    assertThat(labels).hasSize(2);
    assertThat(get(admin.resolve("/metrics")).body())
        .contains("reclaim_reclaimed_rows_total{policy=\"sessions\"} 50\n")
        .contains("reclaim_labelled_rows_total{policy=\"sessions\",label_client=\"\"} 10\n");

    Said whole = Said.by("metrics", "show", "--kafka", kafka);
    Said broken = Said.by("metrics", "show", "--labels", "--kafka", kafka, "sessions");
    Said json =
        Said.by("metrics", "show", "--kafka", kafka, "--labels", "--window", "day", "--json", "-");

    assertThat(whole.exitCode()).as(whole.toString()).isZero();
    assertThat(whole.out().lines().skip(2)).hasSize(1).first().asString().startsWith("sessions");
    assertThat(broken.out().lines().skip(2))
        .satisfiesExactly(
            line -> assertThat(line).matches("sessions +50 +0 .*"),
            line -> assertThat(line).matches(" {2}client=mobile\\?\\[2J +40 +0 .*"),
            line -> assertThat(line).matches(" {2}client=\\(empty\\) +10 +0 .*"));
    long rows = 0;
    for (JsonNode space : JsonMapper.shared().readTree(json.out())) {
      rows += (space.has("labels") ? -1 : 1) * space.get("reclaimed").get("rows").asLong();
    }
    assertThat(rows).isZero();
    assertThat(json.out()).contains("\"window\":\"day\"").doesNotContain("\"all\"");
  }

  private static String kafka(ReclaimProcess up) {
    Matcher said = KAFKA.matcher(up.awaitLine("Kafka: "));
    assertThat(said.find()).isTrue();
    return said.group(1);
  }

  private ReclaimProcess start(Path policies, String name) throws IOException {
    return ReclaimProcess.start(
        directory,
        name,
        Map.of(),
        "up",
        "--policies",
        policies.toString(),
        "--data",
        directory.resolve("data").toString(),
        "--port",
        "0");
  }

  private URI ready(ReclaimProcess up) {
    Matcher said = METRICS.matcher(up.awaitLine("Metrics: "));
    assertThat(said.find()).isTrue();
    URI admin = URI.create(said.group(1));
    await().atMost(PATIENCE).until(() -> get(admin.resolve("/readyz")).statusCode() == 200);
    return admin;
  }

  /** 25 rows that have to go, and 15 that have to stay. */
  private void plantSessions() throws SQLException {
    shop.execute(
        """
        INSERT INTO sessions (seen_at, agent)
        SELECT now() - make_interval(days => n), CASE WHEN n <= 35 THEN E'mobile\\x1b[2J' END
          FROM generate_series(1, 40) n
        """);
  }

  /** As soon as its last execution is over. */
  private void makeDue() {
    await().atMost(PATIENCE).until(() -> shop.execute(DUE_NOW) == 1);
  }

  private void awaitRows(URI admin, long rows) {
    await().atMost(PATIENCE).until(() -> rowsOfAllTime(admin) >= rows);
    assertThat(rowsOfAllTime(admin)).isEqualTo(rows);
  }

  private long rowsOfAllTime(URI admin) {
    long rows = 0;
    JsonNode spaces =
        JsonMapper.shared().readTree(get(admin.resolve("/v1/metrics?window=all")).body());
    for (JsonNode space : spaces) {
      rows += space.get("reclaimed").get("rows").asLong();
    }
    return rows;
  }

  private HttpResponse<String> get(URI uri) {
    try {
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}

package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.events.MetricsWindow;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs over a table by ranges of time: whole partitions, rows, and what keeps them apart. */
@RequiresServers
class PartitionRunIT {
  /** Four partitions that are over, 1,000 rows each, one that is over in part, and what is left. */
  private static final String TABLES =
      """
      CREATE TABLE visits (id bigint, seen_at timestamptz NOT NULL, note text, PRIMARY KEY (id, seen_at))
        PARTITION BY RANGE (seen_at);
      CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
      CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
      CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM ('2020-03-01') TO ('2020-04-01');
      CREATE TABLE visits_4 PARTITION OF visits FOR VALUES FROM ('2020-04-01') TO ('2020-05-01');
      CREATE TABLE visits_now PARTITION OF visits FOR VALUES FROM ('2020-05-01') TO ('2199-01-01');
      INSERT INTO visits SELECT n, timestamptz '2020-01-10' + make_interval(months => n % 4), 'note ' || n
        FROM generate_series(1, 4000) n;
      INSERT INTO visits SELECT n, timestamptz '2020-06-01', 'note ' || n FROM generate_series(4001, 4100) n;
      INSERT INTO visits SELECT n, now(), 'note ' || n FROM generate_series(4101, 4200) n;
      CREATE TABLE pinned (visit_id bigint);
      INSERT INTO pinned VALUES (1);
      """;

  private static final String DUE = "seen_at < now() - interval '30 days'";

  private final Shop shop;
  private final TestServers servers;
  @TempDir private Path directory;

  PartitionRunIT(TestDatabase database, TestServers servers) {
    this.shop = new Shop(database);
    this.servers = servers;
  }

  @BeforeEach
  void makeTables() throws SQLException {
    shop.execute(TABLES);
  }

  @Test
  void reportsExactlyWhatWentWholeAndByRowsAsItWasPlanned() throws Exception {
    // Given
    long bytes = bytes();
    Said planned = say("plan", "visits-whole", "planned");
    assertThat(planned.exitCode()).as(planned.toString()).isZero();
    assertThat(planned.out())
        .contains(
            "the partition public.visits_1 whole, 1,000 rows from 2020-01-01 00:00:00+00 to 2020-02-01 00:00:00+00",
            "DROP TABLE public.visits_4");
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(4200);

    // When
    Said done = say("run", "visits-whole", "done");

    // Then
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(done.out()).contains("Complete: nothing that was due is left.");
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(100);
    assertThat(
            shop.count(
                "SELECT count(*) FROM pg_partition_tree('visits') WHERE isleaf AND relid <> 'visits_now'::regclass"))
        .isZero();
    assertThat(shop.count("SELECT count(to_regclass('visits_1'))")).isZero();
    JsonNode forecast = json("planned").get("policies").get(0);
    JsonNode account = json("done").get("policies").get(0);
    assertThat(account.get("reclaimed").get("rows").asLong()).isEqualTo(4100);
    assertThat(account.get("reclaimed").get("bytes").asLong()).isEqualTo(bytes);
    assertThat(account.get("claimed").asLong()).isEqualTo(4100);
    assertThat(account.get("rows").get("deleted").asLong()).isEqualTo(4100);
    assertThat(forecast.get("reclaimed")).isEqualTo(account.get("reclaimed"));
    assertThat(forecast.get("claimed")).isEqualTo(account.get("claimed"));
    assertThat(forecast.get("oldest").asString()).isEqualTo("2020-01-10T00:00:00Z");
    assertThat(forecast.get("newest").asString()).isEqualTo("2020-06-01T00:00:00Z");
    assertThat(Files.readAllLines(keys("done")))
        .hasSize(104)
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(keys("planned")));
    assertThat(shop.count("SELECT count(*) FROM reclaim.ledger WHERE kind = 'expired-partition'"))
        .isEqualTo(4);
    assertThat(metrics("visits-whole")).isEqualTo(new Account(4100, 0, bytes));
  }

  @Test
  void goesByRowsWhereOneIsProtected() throws Exception {
    // When
    Said done =
        say(
            "run",
            "visits-pinned",
            "done",
            "protect: [ { table: shop.public.pinned, match: \"pinned.visit_id = visits.id\" } ]");

    // Then
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(101);
    assertThat(shop.count("SELECT id FROM visits WHERE " + DUE)).isEqualTo(1);
    assertThat(shop.count("SELECT count(*) FROM pg_partition_tree('visits') WHERE isleaf"))
        .isEqualTo(5);
    assertThat(json("done").get("policies").get(0).get("reclaimed").get("rows").asLong())
        .isEqualTo(4099);
  }

  @Test
  void leavesAPartitionInUseAndItsRowsAlone() throws Exception {
    // Given
    shop.execute("CREATE TABLE visits_rest PARTITION OF visits DEFAULT");
    Connection reader = shop.database().connect();
    reader.setAutoCommit(false);
    try (var statement = reader.createStatement()) {
      statement.execute("SELECT count(*) FROM visits_1");
      statement.execute("LOCK TABLE visits_1 IN ACCESS SHARE MODE");
    }

    // When
    Said done = say("run", "visits-used", "done");

    // Then
    assertThat(done.exitCode()).as(done.toString()).isEqualTo(1);
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(1100);
    assertThat(shop.count("SELECT count(*) FROM visits_1")).isEqualTo(1000);

    // When
    reader.close();
    Said again = say("run", "visits-used", "done");

    // Then
    assertThat(again.exitCode()).as(again.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(100);
  }

  /** The metrics of one policy for all time, once its rows are there. */
  private Account metrics(String policy) throws IOException {
    KafkaSettings kafka = KafkaSettings.at(servers.kafkaBootstrap());
    TopicSetup.ensure(kafka);
    try (MetricsJob job =
            MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams")));
        MetricsView view = MetricsView.start(kafka)) {
      assertThat(job).isNotNull();
      return Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> sum(view, policy), sum -> sum.rows() >= 4100);
    }
  }

  private static Account sum(MetricsView view, String policy) {
    for (ReclaimedSpace space : view.snapshot().values()) {
      if (space.policy().equals(policy)
          && space.window() == MetricsWindow.ALL
          && space.labels().isEmpty()) {
        return new Account(
            space.reclaimed().rows(), space.reclaimed().files(), space.reclaimed().bytes());
      }
    }
    return Account.NOTHING;
  }

  private long bytes() throws SQLException {
    return shop.count(
        "SELECT sum(pg_column_size(id) + pg_column_size(seen_at) + pg_column_size(note)) FROM visits WHERE "
            + DUE);
  }

  private Said say(String command, String policy, String name, String... more) throws IOException {
    Path policies =
        shop.policies(
            directory,
            """
            policies:
              - name: %s
                table: shop.public.visits
                expire: { after: P30D, by: seen_at }
            %s
            """
                .formatted(policy, String.join("\n", more).indent(4)));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--policies",
                policies.toString(),
                "--json",
                directory.resolve(name + ".json").toString(),
                "--keys",
                keys(name).toString()));
    if (command.equals("run")) {
      arguments.addAll(List.of("--kafka", servers.kafkaBootstrap()));
    }
    return Said.by(arguments.toArray(String[]::new));
  }

  private Path keys(String name) {
    return directory.resolve(name + ".jsonl");
  }

  private JsonNode json(String name) {
    return JsonMapper.shared().readTree(directory.resolve(name + ".json"));
  }
}

package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The dry run, also as a role that may read the tables and do nothing else. */
@RequiresServers
class PlanCommandIT {
  private static final String TABLES =
      """
      CREATE TABLE users (id int PRIMARY KEY);
      CREATE TABLE carts (id int PRIMARY KEY, user_id int);
      CREATE TABLE visits (id int PRIMARY KEY, seen_at timestamptz, kind text, file text);
      CREATE TABLE invoices (id int PRIMARY KEY, visit_id int);
      CREATE INDEX ON invoices (visit_id);
      INSERT INTO users VALUES (1);
      INSERT INTO carts VALUES (1, 1), (2, NULL), (3, 17);
      INSERT INTO visits SELECT n, now() - make_interval(days => 40 + n), 'plain' FROM generate_series(1, 20) n;
      INSERT INTO visits VALUES
        (21, now() - interval '50 days', 'pinned', NULL),
        (22, now() - interval '50 days', NULL, NULL),
        (23, '-infinity', 'plain', NULL),
        (24, now() - interval '50 days', 'plain', NULL),
        (25, now() - interval '50 days', 'plain', NULL),
        (26, now(), 'plain', 'shared.txt');
      INSERT INTO invoices VALUES (1, 24), (2, 25), (3, 26);
      UPDATE visits SET file = 'twin.txt' WHERE id IN (1, 2);
      UPDATE visits SET file = 'shared.txt' WHERE id = 3;
      UPDATE visits SET file = 'gone.txt' WHERE id = 4;
      UPDATE visits SET file = 'own.txt' WHERE id = 5;
      """;

  private static final String POLICIES =
      """
      stores:
        files: { directory: "%s", state: shop }
      policies:
        - name: visits
          table: shop.public.visits
          keep: { kind: pinned }
          expire: { after: 30d, by: seen_at }
          protect: [ { table: shop.public.invoices, column: visit_id } ]
          files: [ { column: file, store: files } ]
        - name: carts
          table: shop.public.carts
          expire: { orphaned: { parent: shop.public.users, column: user_id } }
        - name: strays
          store: files
          older-than: 24h
          referenced-by: [ { table: shop.public.visits, column: file } ]
      """;

  private final Shop shop;
  private final Shop reader;
  @TempDir private Path directory;

  PlanCommandIT(TestDatabase database) {
    this.shop = new Shop(database);
    this.reader =
        new Shop(
            new TestDatabase(
                database.jdbcUrl(), "reader_" + UUID.randomUUID().toString().substring(0, 8), "r"));
  }

  @BeforeEach
  void makeTables() throws SQLException, IOException {
    shop.execute(TABLES);
    String role = reader.database().user();
    shop.execute(
        """
        CREATE ROLE %1$s LOGIN PASSWORD 'r';
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO %1$s;
        """
            .formatted(role));
    Files.createDirectories(files());
    for (String name : List.of("twin.txt", "shared.txt", "own.txt", "stray.txt")) {
      Path file = Files.writeString(files().resolve(name), "0123456789");
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
    }
  }

  private Path files() {
    return directory.resolve("files");
  }

  private Path policies(Shop as) throws IOException {
    return as.policies(directory, POLICIES.formatted(files()));
  }

  private Path json() {
    return directory.resolve("plan.json");
  }

  private Said plan(Shop as) throws IOException {
    return Said.by("plan", "--policies", policies(as).toString(), "--json", json().toString());
  }

  private JsonNode forecast(int policy) {
    return JsonMapper.shared().readTree(json()).get("policies").get(policy);
  }

  @Test
  void saysWhatGoesAndWhyAndWhatStaysAndChangesNothing() throws Exception {
    // When
    Said said = plan(reader);

    // Then
    assertThat(said.exitCode()).as(said.toString()).isZero();
    JsonNode visits = forecast(0);
    assertThat(visits.get("claimed").asLong()).isEqualTo(20);
    assertThat(visits.get("reclaimed").get("rows").asLong()).isEqualTo(20);
    assertThat(visits.get("reclaimed").get("files").asLong()).isEqualTo(2);
    assertThat(visits.get("linkedFiles").toString())
        .isEqualTo("{\"files\":2,\"bytes\":20,\"kept\":1}");
    assertThat(visits.get("stays").toString())
        .isEqualTo(
            "{\"guarded\":2,\"by\":[{\"by\":\"shop.public.invoices.visit_id\",\"rows\":2}],\"kept\":2,\"undated\":1,\"refused\":0}");
    assertThat(visits.get("sample")).hasSize(10);
    assertThat(visits.get("sample").get(0).get("because").asString())
        .matches("seen_at 20..-..-..T..:..:..Z, 46 days old, retention P30D");
    assertThat(visits.get("oldest").asString()).isLessThan(visits.get("newest").asString());
    assertThat(visits.get("statements").get(0).asString())
        .startsWith("DELETE FROM \"public\".\"visits\"\n WHERE ")
        .contains(visits.get("cutoff").asString(), "invoices");
    assertThat(visits.get("estimate").get("basis").asString()).startsWith("assumed");
    assertThat(forecast(1).get("sample").toString())
        .isEqualTo(
            "[{\"key\":[\"3\"],\"path\":null,\"because\":\"its parent shop.public.users 17 is gone\"}]");
    assertThat(forecast(2).get("sample").get(0).get("path").asString()).isEqualTo("stray.txt");
    assertThat(forecast(2).get("sample").get(0).get("because").asString())
        .contains(", 3 days old, older than P1D; no row of shop.public.visits.file names it");
    assertThat(said.out())
        .contains("visits: deletes 20, the oldest from ")
        .contains("stays  2 because of shop.public.invoices.visit_id")
        .contains("stays  2 because of keep")
        .contains("stays  1 because their dates say nothing")
        .contains("stays  1 linked files, because another row names them");

    assertThat(shop.count("SELECT count(*) FROM pg_namespace WHERE nspname = 'reclaim'")).isZero();
    assertThat(shop.count("SELECT count(*) FROM visits")).isEqualTo(26);
    try (var left = Files.list(files())) {
      assertThat(left).hasSize(4);
    }
  }

  @Test
  void stopsAsTheRunWouldWhereReferencesHaveShrunkIfItMayKnow() throws Exception {
    // Given
    Databases.open(PolicyFileReader.read(policies(shop), System::getenv), 4, "test").close();
    shop.execute(
        "INSERT INTO reclaim.reference_count (policy, source, refs) VALUES ('strays', 'shop.public.visits.file', 100)");

    // When
    Said stopped = plan(shop);

    // Then
    assertThat(stopped.exitCode()).as(stopped.toString()).isEqualTo(3);
    assertThat(stopped.errors())
        .singleElement()
        .asString()
        .contains("names 6 files, 100 were to be expected", "--accept-references strays");
    JsonNode report = JsonMapper.shared().readTree(json());
    assertThat(report.get("policies")).hasSize(2);
    assertThat(report.get("stopped").get(0).get("policy").asString()).isEqualTo("strays");
    assertThat(report.get("stopped").get(0).get("exitCode").asInt()).isEqualTo(3);
    assertThat(shop.count("SELECT refs FROM reclaim.reference_count")).isEqualTo(100);

    // When
    Said unknowing = plan(reader);

    // Then
    assertThat(unknowing.exitCode()).as(unknowing.toString()).isZero();
  }

  @Test
  void estimatesByTheLastRunsOfThePolicy() throws Exception {
    // Given
    Databases.open(PolicyFileReader.read(policies(shop), System::getenv), 4, "test").close();
    shop.execute(
        """
        INSERT INTO reclaim.run (id, policy, cutoff, state, claimed, cluster, owner, lease_until, started_at, finished_at)
        VALUES ('visits/1', 'visits', now(), 'complete', 10, 'c', 'o', now(), now() - interval '60 seconds', now())
        """);

    // When
    Said said = plan(shop);

    // Then
    assertThat(said.exitCode()).as(said.toString()).isZero();
    assertThat(forecast(0).get("estimate").toString())
        .isEqualTo("{\"seconds\":120,\"basis\":\"the last complete run took 60.0 s for 10\"}");
    assertThat(said.out()).contains("takes  about 2 min; the last complete run took 60.0 s for 10");
  }
}

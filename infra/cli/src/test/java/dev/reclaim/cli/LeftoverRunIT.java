package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.VersionedS3;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Policies about old versions and unfinished uploads, from validation to the account. */
@RequiresServers
class LeftoverRunIT {
  private static final String POLICIES =
      """
      stores:
        media:
          s3: { bucket: %s, endpoint: "%s", pathStyle: true, accessKey: key, secretKey: "file:%s" }
          state: shop
      policies:
        - { name: old, store: media, old-versions: P30D }
        - { name: uploads, store: media, unfinished-uploads: P7D }
        - name: orphans
          store: media
          older-than: P1D
          referenced-by: [ { table: shop.public.assets, column: url } ]
      """;

  private final Shop shop;
  private final VersionedS3 bucket = new VersionedS3();
  @TempDir private Path directory;

  LeftoverRunIT(TestDatabase database) {
    this.shop = new Shop(database);
  }

  @BeforeEach
  void makeTables() throws SQLException {
    shop.execute("CREATE TABLE assets (url text)");
    shop.execute("INSERT INTO assets VALUES ('kept'), ('overwritten')");
  }

  @AfterEach
  void stop() {
    bucket.close();
  }

  private Path policies(String... changes) throws IOException {
    String text =
        POLICIES.formatted(
            VersionedS3.BUCKET, bucket.endpoint(), directory.resolve("password").toAbsolutePath());
    for (int i = 0; i < changes.length; i += 2) {
      assertThat(text).contains(changes[i]);
      text = text.replace(changes[i], changes[i + 1]);
    }
    return shop.policies(directory, text);
  }

  private Said say(String command, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(command, "--policies", directory.resolve("policies.yaml").toString()));
    arguments.addAll(List.of(more));
    return Said.by(arguments.toArray(String[]::new));
  }

  private static Instant daysAgo(int days) {
    return Instant.now().minus(Duration.ofDays(days));
  }

  @Test
  void doesWhatWasPlannedAndAccountsForWhatTheBucketLost() throws Exception {
    // Given
    policies();
    bucket.pages(3);
    bucket.put("kept", 1, daysAgo(99));
    bucket.put("overwritten", 200, daysAgo(99));
    bucket.put("overwritten", 2, daysAgo(50));
    bucket.put("gone", 3_000, daysAgo(99));
    bucket.delete("gone", daysAgo(50));
    bucket.put("just gone", 40_000, daysAgo(99));
    bucket.delete("just gone", daysAgo(5));
    bucket.put("orphan", 500_000, daysAgo(99));
    String upload = bucket.begin("film", daysAgo(20));
    bucket.part("film", upload, 1, 6_000_000, daysAgo(20));
    bucket.part("film", upload, 2, 1_000_000, daysAgo(19));
    String running = bucket.begin("film", daysAgo(20));
    bucket.part("film", running, 1, 9, daysAgo(1));
    long before = bucket.bytes();
    Set<String> files = bucket.files();

    // When
    Path plan = directory.resolve("plan.json");
    Path planned = directory.resolve("planned.jsonl");
    Said said = say("plan", "--json", plan.toString(), "--keys", planned.toString());

    // Then
    assertThat(said.exitCode()).as(said.toString()).isZero();
    assertThat(said.out()).contains("version v00002 of 200 bytes, replaced or set");
    assertThat(said.out()).contains("the bucket keeps versions: 500,000 bytes are free when");
    assertThat(bucket.changes()).isZero();
    assertThat(bucket.versions()).hasSize(8);
    JsonNode forecast = JsonMapper.shared().readTree(plan);
    assertThat(forecast.at("/total/bytes").asLong()).isEqualTo(7_003_200);

    // When
    Path account = directory.resolve("account.json");
    Path deleted = directory.resolve("deleted.jsonl");
    String data = directory.resolve("data").toString();
    Said done =
        say("run", "--data", data, "--json", account.toString(), "--keys", deleted.toString());

    // Then
    assertThat(done.exitCode()).as(done.toString()).isZero();
    assertThat(Files.readAllLines(deleted))
        .containsExactlyInAnyOrderElementsOf(Files.readAllLines(planned))
        .containsExactlyInAnyOrder(
            "{\"policy\":\"old\",\"path\":\"overwritten\",\"version\":\"v00002\"}",
            "{\"policy\":\"old\",\"path\":\"gone\",\"version\":\"v00004\"}",
            "{\"policy\":\"uploads\",\"path\":\"film\",\"upload\":\"%s\"}".formatted(upload),
            "{\"policy\":\"orphans\",\"path\":\"orphan\"}");
    assertThat(before - bucket.bytes()).isEqualTo(7_003_200);
    assertThat(shop.count("SELECT sum(bytes) FROM reclaim.ledger")).isEqualTo(7_003_200);
    assertThat(shop.count("SELECT sum(files) FROM reclaim.ledger")).isEqualTo(4);
    assertThat(files).contains("orphan");
    assertThat(bucket.files()).containsExactlyInAnyOrder("kept", "overwritten");
    assertThat(bucket.uploads()).containsExactly(running);
  }

  @Test
  void refusesToStartWhereStoreAndPolicyDoNotFit() throws Exception {
    policies("accessKey", "deletes: versions, accessKey");
    bucket.versioning(false, false);
    assertRefused(
        "store \"media\": the bucket keeps no versions, and files go from it for good",
        "policy \"old\": the bucket of the store media keeps no versions");

    policies();
    bucket.versioning(true, true);
    assertRefused("store \"media\": the bucket's versioning is suspended");

    shop.policies(
        directory, POLICIES.replaceFirst("s3: .*", "directory: \"%s\"".formatted(directory)));
    assertRefused(
        "policy \"old\": the store media is a directory", "policy \"uploads\": the store media is");
    assertThat(bucket.changes()).isZero();
  }

  private void assertRefused(String... problems) {
    for (String command : List.of("validate", "plan", "run")) {
      Said said =
          command.equals("run")
              ? say(command, "--data", directory.resolve("data").toString())
              : say(command);
      assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
      assertThat(said.out() + String.join("\n", said.errors())).contains(problems);
    }
  }
}

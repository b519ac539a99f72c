package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.testing.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong, where, and how to mend it, in one line; and nothing is deleted. */
@RequiresServers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final String POLICY =
      """
      policies:
        - name: sessions
          table: shop.public.sessions
          expire: { after: P15D, by: seen_at }
      """;

  private final Shop shop;
  private final TestBucket bucket;
  private final TestServers servers;
  @TempDir private Path directory;

  BadInputIT(TestDatabase database, TestBucket bucket, TestServers servers) {
    this.shop = new Shop(database);
    this.bucket = bucket;
    this.servers = servers;
  }

  @BeforeAll
  void makeATable() throws SQLException {
    shop.execute(
        """
        CREATE TABLE sessions (id bigint PRIMARY KEY, seen_at timestamptz NOT NULL);
        INSERT INTO sessions SELECT n, now() - make_interval(days => n) FROM generate_series(1, 40) n;
        """);
  }

  @AfterEach
  void nothingWasDeleted() throws SQLException {
    assertThat(shop.count("SELECT count(*) FROM sessions")).isEqualTo(40);
  }

  private static Stream<Arguments> misused() {
    return Stream.of(
        Arguments.of("", List.of("Say what to do: name a command.")),
        Arguments.of("clean", List.of("Unmatched argument at index 0: 'clean'")),
        Arguments.of("run --policies p --jsn r", List.of("Unknown option: '--jsn'")),
        Arguments.of("run", List.of("Missing required option: '--policies=FILE'")),
        Arguments.of(
            "worker --policies p", List.of("Missing required option: '--kafka=HOST:PORT'")),
        Arguments.of(
            "run --policies p --at noon", List.of("--at", "'noon'", "2026-11-21T02:00:00Z")),
        Arguments.of("plan --policies p --at 2026-11-21", List.of("--at", "2026-11-21T02:00:00Z")),
        Arguments.of("run --policies p --timeout 30", List.of("--timeout", "'30'", "PT30M")),
        Arguments.of("run --policies p --timeout -PT5S", List.of("--timeout", "PT30M")),
        Arguments.of("up --policies p --port http", List.of("--port", "'http'")),
        Arguments.of("demo --rows 5", List.of("--rows and --files have to be 100 or more.")),
        Arguments.of("demo --rows many", List.of("--rows", "'many'")));
  }

  @ParameterizedTest(name = "reclaim {0}")
  @MethodSource("misused")
  void saysHowTheCommandIsMisused(String line, List<String> parts) {
    Said said = Said.by(line.isEmpty() ? new String[0] : line.split(" ", -1));

    assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
    assertThat(said.errors()).as(said.toString()).hasSize(2);
    assertThat(said.errors().get(0)).contains(parts).doesNotContain("Exception");
    assertThat(said.errors().get(1)).startsWith("Try reclaim").endsWith("--help.");
  }

  @Test
  void namesAPolicyFileThatIsMissing() {
    requireOneLine(
        2, Said.by("run", "--policies", "no-such.yaml"), "no-such.yaml", "--policies FILE");
  }

  @Test
  void namesADirectoryWithoutAPolicyFile() throws IOException {
    Path empty = Files.createDirectories(directory.resolve("empty"));

    requireOneLine(
        2, Said.by("run", "--policies", empty.toString()), empty.toString(), ".yaml or .yml");
  }

  @Test
  void namesTheFileOfEachMistakeAndBothPlacesOfAContradiction() throws IOException {
    // Given
    Path several = Files.createDirectories(directory.resolve("several"));
    Path first = shop.policies(several, POLICY);
    Path second =
        Files.writeString(
            several.resolve("second.yml"),
            """
            databases:
              shop: { url: "jdbc:postgresql://elsewhere/shop", user: me, password: "file:%s" }
            policies:
              - name: sessions
                table: shop.public.sessions
                expire: { after: 15, by: seen_at }
              - name: sessions
                table: shop.public.sessions
                expire: { after: P15D, by: seen_at }
            """
                .formatted(several.resolve("password")));

    // When
    Said said = Said.by("plan", "--policies", several.toString());

    // Then
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(2);
    assertThat(said.errors())
        .containsExactly(
            second
                + ":2:3: database \"shop\": something else is said of it at "
                + first
                + ":2:3: say the same in both files, or give one another name",
            second
                + ":6:15: policy \"sessions\": \"after\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 15",
            second
                + ":7:5: policy \"sessions\": the name stands at "
                + first
                + ":4:5, too: every policy needs its own");

    // When
    Said alone = Said.by("plan", "--policies", first.toString(), "--policies", first.toString());

    // Then
    assertThat(alone.exitCode()).as(alone.toString()).isZero();
  }

  @Test
  void namesAPolicyFileThatIsNoText() throws IOException {
    Path file = Files.write(directory.resolve("binary.yaml"), new byte[] {(byte) 0xff, 0, 1});

    requireOneLine(2, Said.by("run", "--policies", file.toString()), "binary.yaml");
  }

  private static Stream<Arguments> badFiles() {
    return Stream.of(
        Arguments.of("malformed YAML", "policies: [ {", "policies.yaml:", ""),
        Arguments.of("unknown key", POLICY + "    retain: P3D\n", "policies.yaml:7:", "retain"),
        Arguments.of(
            "duration without unit", POLICY.replace("P15D", "15"), "policies.yaml:6:", "after"),
        Arguments.of("unknown column", POLICY.replace("seen_at", "seen_on"), "sessions", "seen_on"),
        Arguments.of(
            "unknown table",
            POLICY.replace("public.sessions", "public.sesions"),
            "sessions",
            "sesions"),
        Arguments.of(
            "unknown database",
            POLICY.replace("shop.public", "shoop.public"),
            "policies.yaml:5:",
            "shoop"),
        Arguments.of("bad expression", POLICY + "    where: \"seen_at >\"\n", "sessions", "where"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badFiles")
  void namesTheMistakeInAPolicyFile(String name, String text, String where, String what)
      throws IOException {
    Path policies = shop.policies(directory, text);

    requireOneLine(2, run(policies), where, what);
  }

  @Test
  void namesAPolicyThatIsUnknownAndThoseThatAreNot() throws IOException {
    requireOneLine(
        2, run(shop.policies(directory, POLICY), "sesions"), "sesions", "It has: sessions");
  }

  @Test
  void namesADatabaseThatDoesNotAnswer() throws IOException {
    Path policies =
        policiesOf(
            shop.database().jdbcUrl().replaceAll(":\\d+/", ":1/"), shop.database().password());

    requireOneLine(1, run(policies), "shop", "127.0.0.1:1", "Check address");
  }

  @Test
  void namesADatabaseThatRefusesThePassword() throws IOException {
    Path policies = policiesOf(shop.database().jdbcUrl(), "wrong");

    requireOneLine(1, run(policies), "shop", "password authentication failed");
  }

  @Test
  void namesADatabaseThatDoesNotExist() throws IOException {
    Path policies = policiesOf(shop.database().jdbcUrl() + "_gone", shop.database().password());

    requireOneLine(1, run(policies), "_gone\" does not exist");
  }

  @Test
  void namesAKafkaThatDoesNotAnswer() throws IOException {
    Path policies = shop.policies(directory, POLICY);

    requireOneLine(
        1,
        Said.by("worker", "--policies", policies.toString(), "--kafka", "127.0.0.1:1"),
        "Kafka at 127.0.0.1:1",
        "Check the address");
  }

  @Test
  void namesAKafkaAddressThatIsNone() throws IOException {
    Path policies = shop.policies(directory, POLICY);

    requireOneLine(
        1, Said.by("run", "--policies", policies.toString(), "--kafka", "nonsense"), "nonsense");
  }

  @Test
  void namesAPortThatIsTaken() throws IOException {
    Path policies = shop.policies(directory, POLICY);
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      requireOneLine(
          1,
          Said.by(
              "up",
              "--policies",
              policies.toString(),
              "--kafka",
              servers.kafkaBootstrap(),
              "--data",
              directory.resolve("taken").toString(),
              "--port",
              port),
          "Port " + port + " of 127.0.0.1 is taken");
    }
  }

  @Test
  void namesADataDirectoryThatIsAFile() throws IOException {
    Path policies = shop.policies(directory, POLICY);
    Path file = Files.writeString(directory.resolve("file"), "");

    requireOneLine(
        1,
        Said.by("run", "--policies", policies.toString(), "--data", file.toString()),
        file.toString(),
        "--data DIR");
  }

  @Test
  void namesADataDirectoryThatCannotBeWritten() throws IOException {
    Path policies = shop.policies(directory, POLICY);

    requireOneLine(
        1,
        Said.by("run", "--policies", policies.toString(), "--data", "/proc/reclaim"),
        "/proc/reclaim",
        "--data DIR");
  }

  @Test
  void namesABucketThatIsMissing() throws IOException {
    requireOneLine(
        1,
        run(policiesOf("no-such-bucket", bucket.accessKey(), bucket.secretKey())),
        "no-such-bucket",
        "there is no such bucket");
  }

  @Test
  void namesABucketWhoseKeyIsUnknownOrWrong() throws IOException {
    requireOneLine(
        1, run(policiesOf(bucket.name(), bucket.accessKey(), "wrong")), bucket.name(), "secretKey");
    requireOneLine(
        1,
        run(policiesOf(bucket.name(), "nobody", bucket.secretKey())),
        bucket.name(),
        "accessKey");
  }

  @Test
  void namesAReportThatCannotBeWrittenBeforeAnythingIsDeleted() throws IOException {
    Path policies = shop.policies(directory, POLICY);

    requireOneLine(
        1, run(policies, "--json", "/no/such/directory/r.json"), "/no/such/directory/r.json");
    requireOneLine(
        1, run(policies, "--keys", "/no/such/directory/keys"), "/no/such/directory/keys");
  }

  private Said run(Path policies, String... more) {
    String[] arguments =
        Stream.concat(
                Stream.of(
                    "run",
                    "--policies",
                    policies.toString(),
                    "--data",
                    directory.resolve("data").toString()),
                Stream.of(more))
            .toArray(String[]::new);
    long started = System.nanoTime();
    Said said = Said.by(arguments);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(ANSWER_MAX);
    return said;
  }

  private static void requireOneLine(int exitCode, Said said, String... parts) {
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(exitCode);
    assertThat(said.errors())
        .singleElement()
        .asString()
        .contains(parts)
        .doesNotContain("Exception");
  }

  private Path policiesOf(String url, String password) throws IOException {
    return new Shop(new TestDatabase(url, shop.database().user(), password))
        .policies(directory, POLICY);
  }

  private Path policiesOf(String bucketName, String accessKey, String secretKey)
      throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), secretKey);
    return shop.policies(
        directory,
        """
        stores:
          scans:
            s3:
              bucket: %s
              endpoint: "%s"
              region: %s
              pathStyle: true
              accessKey: %s
              secretKey: "file:%s"
            state: shop
        """
                .formatted(bucketName, bucket.endpoint(), bucket.region(), accessKey, secret)
            + POLICY);
  }
}

package dev.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.InventorySettings;
import dev.reclaim.store.S3Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileReaderTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("DB_PASSWORD", "geheim", "S3_SECRET", "schlüssel", "TENANT", "acme");

  private static final String SAMPLE =
      """
      databases:
        main: { url: "jdbc:postgresql://db/app", user: reclaim, password: "${DB_PASSWORD}" }
      stores:
        renders:
          s3:
            bucket: renders
            endpoint: http://s3:9000
            region: eu-central-1
            pathStyle: true
            accessKey: key
            secretKey: ${S3_SECRET}
            publicUrls: https://cdn.example.org/renders
          state: main
        temp: { directory: /var/tmp/nexrender, state: main }

      policies:
        - name: image-analysis
          table: main.public.image_analysis
          expire: { after: P30D, by: created_at }
          schedule: { cron: "0 2 * * *", zone: Europe/Berlin }
          enabled: true

        - name: conversation-context
          table: main.public.conversation_context
          where: { memory_type: [conversation_context, 7], tenant: "${TENANT}" }
          keep: { memory_type: user_preference }
          expire: { after: P90D, by: created_at, zone: UTC }

        - name: render-jobs
          table: main.public.render_jobs
          where: "status = 'completed' AND tags ? 'old'"
          expire:
            after: PT1H
            by: created_at
          protect:
            - { table: main.public.user_assets, match: "user_assets.job = render_jobs.id::text" }
          children: [ { table: main.public.job_logs, column: job_id } ]
          files: [ { column: output_url, store: renders } ]

        - name: export-logs
          table: main.public.export_logs
          expire: { after: PT24H, by: expires_at }
          action: { set: { status: expired, generation: 3 } }
          schedule: { cron: "*/5 * * * 1-5" }

        - name: orphaned-renders
          store: renders
          prefix: jobs/
          older-than: PT24H
          referenced-by:
            - { table: main.public.render_jobs, column: output_url }
            - { table: main.public.user_assets, column: file_url }

        - name: temp-renders
          store: temp
          older-than: P7D
          referenced-by: none
      """;

  @Test
  void readsAnInventory() {
    String inventory = "inventory: { bucket: inventories, prefix: daily/uploads/ }";

    S3Settings settings =
        (S3Settings)
            read(SAMPLE.replace("pathStyle: true", "pathStyle: true\n      " + inventory))
                .store("renders")
                .settings();

    assertThat(settings.inventory())
        .isEqualTo(new InventorySettings("inventories", "daily/uploads/"));
  }

  @Test
  void readsTheSample() {
    // When
    PolicyFile file = read(SAMPLE);

    // Then
    assertThat(file.databases().values())
        .containsExactly(
            new DatabaseSettings("main", "jdbc:postgresql://db/app", "reclaim", "geheim"));
    assertThat(file.stores().values())
        .containsExactly(
            new StoreDefinition(
                "renders",
                new S3Settings(
                    "renders",
                    URI.create("http://s3:9000"),
                    "eu-central-1",
                    true,
                    "key",
                    "schlüssel",
                    List.of("https://cdn.example.org/renders")),
                "main"),
            new StoreDefinition(
                "temp", new DirectorySettings(Path.of("/var/tmp/nexrender")), "main"));
    assertThat(file.policies())
        .containsExactly(
            rows(
                "image-analysis",
                expiry("P30D", "created_at"),
                List.of(),
                List.of(),
                Map.of(),
                new Schedule("0 2 * * *", ZoneId.of("Europe/Berlin")),
                true),
            rows(
                "conversation-context",
                Expiry.of(
                    new Expiry.Age(
                        new Retention.Exact(Duration.ofDays(90)),
                        "created_at",
                        Optional.of(ZoneId.of("UTC")),
                        Optional.empty(),
                        Expiry.MinusInfinity.KEEP)),
                List.of(
                    new Condition.OneOf("memory_type", List.of("conversation_context", "7")),
                    new Condition.OneOf("tenant", List.of("acme"))),
                List.of(new Condition.OneOf("memory_type", List.of("user_preference"))),
                Map.of(),
                null,
                false),
            new RowPolicy(
                "render-jobs",
                table("render_jobs"),
                expiry("PT1H", "created_at"),
                List.of(new Condition.Expression("status = 'completed' AND tags ? 'old'")),
                new RowPolicy.Keeping(
                    List.of(),
                    List.of(
                        new Protection.Match(
                            table("user_assets"), "user_assets.job = render_jobs.id::text")),
                    Optional.empty()),
                new RowPolicy.Effect(
                    Map.of(),
                    new RowPolicy.Children(false, List.of(new Child(table("job_logs"), "job_id"))),
                    List.of(new LinkedFiles("output_url", "renders"))),
                Map.of(),
                Terms.ON_DEMAND),
            rows(
                "export-logs",
                expiry("PT24H", "expires_at"),
                List.of(),
                List.of(),
                Map.of("status", "expired", "generation", "3"),
                new Schedule("*/5 * * * 1-5", ZoneOffset.UTC),
                false),
            new FilePolicy(
                "orphaned-renders",
                "renders",
                "main",
                "jobs/",
                Duration.ofHours(24),
                List.of(
                    new Reference.Column(table("render_jobs"), "output_url"),
                    new Reference.Column(table("user_assets"), "file_url")),
                Terms.ON_DEMAND),
            new FilePolicy(
                "temp-renders",
                "temp",
                "main",
                "",
                Duration.ofDays(7),
                List.of(),
                Terms.ON_DEMAND));
  }

  @Test
  void countsLinkedColumnsAmongTheReferences() {
    assertThat(read(SAMPLE).references("renders"))
        .containsExactly(
            new Reference.Column(table("render_jobs"), "output_url"),
            new Reference.Column(table("user_assets"), "file_url"));
    assertThat(read(SAMPLE).references("temp")).isEmpty();
  }

  @Test
  void takesASecretFromAFile(@TempDir Path directory) throws IOException {
    // Given
    Path secret = Files.writeString(directory.resolve("password"), "aus der Datei\n");

    // When
    PolicyFile file = read(SAMPLE.replace("${DB_PASSWORD}", "file:" + secret));

    // Then
    assertThat(file.databases().get("main")).extracting("password").isEqualTo("aus der Datei");
  }

  @Test
  void showsNoSecretInText() {
    assertThat(read(SAMPLE).toString()).doesNotContain("geheim", "schlüssel");
  }

  @Test
  void saysWhenThereIsNoFile(@TempDir Path directory) {
    Path missing = directory.resolve("policies.yaml");
    assertThatThrownBy(() -> PolicyFileReader.read(missing, ENVIRONMENT::get))
        .isInstanceOf(UserException.class)
        .hasMessage("There is no policy file " + missing + ". Name one with --policies FILE.");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void saysWhatIsWrongAndWhatMendsIt(String what, String text, String messages) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
        .hasMessage(messages.strip().replace("\n", System.lineSeparator()));
  }

  static Stream<Arguments> saysWhatIsWrongAndWhatMendsIt() {
    return Stream.of(
        Arguments.of(
            "an empty file", "", "p.yaml:1:1: the file is empty: it needs databases and policies"),
        Arguments.of(
            "only a comment",
            "# later\n",
            "p.yaml:1:1: the file is empty: it needs databases and policies"),
        Arguments.of(
            "a list", "- a\n- b\n", "p.yaml:1:1: the file has to be a mapping of keys to values"),
        Arguments.of(
            "not YAML",
            "databases: [\n",
            "p.yaml:2:1: this is no YAML: while parsing a flow node, expected the node content, but found '<stream end>'; texts with { } : # or ${NAME} in them need quotes"),
        Arguments.of(
            "a tab",
            "databases:\n\tmain: {}\n",
            "p.yaml:2:1: this is no YAML: while scanning for the next token, found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation); texts with { } : # or ${NAME} in them need quotes"),
        wrong(
            "${} in braces without quotes",
            "\"${DB_PASSWORD}\"",
            "${DB_PASSWORD}",
            "p.yaml:2:70: this is no YAML: while parsing a flow mapping, expected ',' or '}', but got {; texts with { } : # or ${NAME} in them need quotes"),
        Arguments.of(
            "a second document",
            SAMPLE + "---\npolicies: []\n",
            "p.yaml:59:1: a second document begins: the file has to be one, so remove the line ---"),
        wrong(
            "an alias",
            "{ memory_type: user_preference }",
            "*defaults",
            "p.yaml:26:11: the alias *defaults is not supported: write out what it means"),
        Arguments.of(
            "no databases",
            "policies: []\n",
            """
                p.yaml:1:1: the key "databases" is missing: add it
                p.yaml:1:1: "policies" is empty: add one at least"""),
        Arguments.of(
            "no policies",
            SAMPLE.substring(0, SAMPLE.indexOf("policies:")),
            "p.yaml:1:1: the key \"policies\" is missing: add it"),
        wrong(
            "an unknown key",
            "enabled: true",
            "enabeld: true",
            "p.yaml:21:5: policy \"image-analysis\": unknown key \"enabeld\": did you mean \"enabled\"?"),
        wrong(
            "an unknown key, far from any",
            "enabled: true",
            "owner: me",
            "p.yaml:21:5: policy \"image-analysis\": unknown key \"owner\": known here are action, children, enabled, expire, files, keep, keep-newest, labels, name, producers, protect, quarantine, schedule, table, vacuum, where"),
        wrong(
            "an unknown key in the file",
            "stores:",
            "storage:",
            """
                p.yaml:3:1: unknown key "storage": known here are databases, policies, stores
                p.yaml:38:36: policy "render-jobs": "store" names no store of this file: renders. There are: none
                p.yaml:47:5: policy "orphaned-renders": "store" names no store of this file: renders. There are: none
                p.yaml:55:5: policy "temp-renders": "store" names no store of this file: temp. There are: none"""),
        wrong(
            "a misspelt mandatory key",
            "expire: { after: P30D",
            "expires: { after: P30D",
            "p.yaml:19:5: policy \"image-analysis\": unknown key \"expires\": did you mean \"expire\"?"),
        wrong(
            "a duplicate key",
            "enabled: true",
            "table: main.public.other",
            "p.yaml:21:5: the key \"table\" stands twice: remove one"),
        wrong(
            "a missing key",
            "{ after: PT24H, by: expires_at }",
            "{ after: PT24H }",
            "p.yaml:42:13: policy \"export-logs\": the key \"by\" is missing: add it"),
        wrong(
            "a duration without a unit",
            "after: P30D",
            "after: 30",
            "p.yaml:19:15: policy \"image-analysis\": \"after\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 30"),
        wrong(
            "a duration of nothing",
            "after: P30D",
            "after: P0D",
            "p.yaml:19:15: policy \"image-analysis\": \"after\" has to be longer than nothing, not P0D"),
        wrong(
            "a duration backwards",
            "after: P30D",
            "after: P-30D",
            "p.yaml:19:15: policy \"image-analysis\": \"after\" has to be longer than nothing, not P-30D"),
        wrong(
            "a month",
            "after: P30D",
            "after: P1M",
            "p.yaml:19:15: policy \"image-analysis\": \"after\" counts months or years: say on whose calendar, like zone: Europe/Berlin"),
        wrong(
            "no such zone",
            "zone: Europe/Berlin",
            "zone: Europe/Bärlin",
            "p.yaml:20:36: policy \"image-analysis\": \"zone\" has to be a zone like UTC or Europe/Berlin, not Europe/Bärlin"),
        wrong(
            "no cron",
            "cron: \"0 2 * * *\"",
            "cron: \"0 2 * *\"",
            "p.yaml:20:17: policy \"image-analysis\": \"cron\" has to be minute, hour, day, month and weekday like \"0 2 * * *\", not \"0 2 * *\""),
        wrong(
            "an impossible cron",
            "cron: \"0 2 * * *\"",
            "cron: \"61 2 * * *\"",
            "p.yaml:20:17: policy \"image-analysis\": \"cron\" has to be minute, hour, day, month and weekday like \"0 2 * * *\", not \"61 2 * * *\""),
        wrong(
            "a secret in the text",
            "\"${DB_PASSWORD}\"",
            "geheim",
            "p.yaml:2:59: database \"main\": \"password\" has to be ${ENVIRONMENT_VARIABLE} or file:PATH, never the secret itself"),
        wrong(
            "a secret in the address",
            "//db/app",
            "//db/app?password=geheim",
            "p.yaml:2:11: database \"main\": \"url\" carries a password: move it to \"password\", as ${VARIABLE} or file:PATH"),
        wrong(
            "a secret's file that is not there",
            "\"${DB_PASSWORD}\"",
            "file:/nowhere/secret",
            "p.yaml:2:59: database \"main\": the secret's file /nowhere/secret cannot be read: make it, or let this user read it"),
        wrong(
            "an unset variable",
            "DB_PASSWORD",
            "DB_PASSWORT",
            "p.yaml:2:69: database \"main\": the environment variable DB_PASSWORT is not set: export it first"),
        wrong(
            "an address that is none",
            "jdbc:postgresql:",
            "postgresql:",
            "p.yaml:2:11: database \"main\": \"url\" has to be like jdbc:postgresql://host:5432/database, not postgresql://db/app"),
        wrong(
            "an unknown database",
            "main.public.image_analysis",
            "mian.public.image_analysis",
            "p.yaml:18:5: policy \"image-analysis\": \"table\" names no database of this file: mian. There are: main"),
        wrong(
            "a table of one part",
            "main.public.image_analysis",
            "image_analysis",
            "p.yaml:18:5: policy \"image-analysis\": \"table\" has to be database.schema.table, not image_analysis"),
        wrong(
            "an unknown store",
            "store: temp",
            "store: tmp",
            "p.yaml:55:5: policy \"temp-renders\": \"store\" names no store of this file: tmp. There are: renders, temp"),
        wrong(
            "an unknown state database",
            "nexrender, state: main",
            "nexrender, state: other",
            "p.yaml:14:42: store \"temp\": \"state\" names no database of this file: other. There are: main"),
        wrong(
            "an age below the floor",
            "older-than: PT24H",
            "older-than: PT23H",
            "p.yaml:49:5: policy \"orphaned-renders\": \"older-than\" is below the floor of 24 h, in which a writer may still be about to refer to its file"),
        wrong(
            "table and store",
            "store: temp",
            "store: temp\n    table: main.public.x",
            "p.yaml:54:5: policy \"temp-renders\": a policy needs either \"table\" or \"store\""),
        wrong(
            "neither table nor store",
            "    store: temp\n",
            "",
            "p.yaml:54:5: policy \"temp-renders\": a policy needs either \"table\" or \"store\""),
        wrong(
            "bucket and directory",
            "    state: main\n",
            "    directory: /tmp\n    state: main\n",
            "p.yaml:5:5: store \"renders\": a store needs either \"s3\" or \"directory\""),
        wrong(
            "half of the credentials",
            "      accessKey: key\n",
            "",
            "p.yaml:6:7: store \"renders\": \"accessKey\" and \"secretKey\" go together"),
        wrong(
            "an endpoint that is none",
            "http://s3:9000",
            "s3 server",
            "p.yaml:7:7: store \"renders\": \"endpoint\" has to be like https://s3.example.org, not s3 server"),
        wrong(
            "an endpoint without a host",
            "http://s3:9000",
            "s3:9000",
            "p.yaml:7:7: store \"renders\": \"endpoint\" has to be like https://s3.example.org, not s3:9000"),
        wrong(
            "the same name twice",
            "name: export-logs",
            "name: image-analysis",
            "p.yaml:40:5: policy \"image-analysis\": the name stands twice: every policy needs its own"),
        wrong(
            "a name that cannot travel",
            "name: export-logs",
            "name: export/logs",
            "p.yaml:40:5: policy \"export/logs\": \"name\" may hold letters, digits, dot, dash and underscore, up to 100"),
        wrong(
            "a where that is empty",
            "\"status = 'completed' AND tags ? 'old'\"",
            "\"\"",
            "p.yaml:31:12: policy \"render-jobs\": \"where\" is empty: remove it or say what it is"),
        wrong(
            "a where without a value",
            "\"status = 'completed' AND tags ? 'old'\"",
            "",
            "p.yaml:31:11: policy \"render-jobs\": \"where\" has no value: give it one, or remove it"),
        wrong(
            "a where without columns",
            "\"status = 'completed' AND tags ? 'old'\"",
            "{}",
            "p.yaml:31:5: policy \"render-jobs\": \"where\" names no column: name one, or remove it"),
        wrong(
            "a where without values",
            "[conversation_context, 7]",
            "[]",
            "p.yaml:25:14: policy \"conversation-context\": \"memory_type\" lists no value: name one at least"),
        wrong(
            "a where that is an empty list",
            "\"status = 'completed' AND tags ? 'old'\"",
            "[]",
            "p.yaml:31:5: policy \"render-jobs\": \"where\" is empty: remove it or say what it is"),
        wrong(
            "a set without columns",
            "{ status: expired, generation: 3 }",
            "{}",
            "p.yaml:43:15: policy \"export-logs\": \"set\" names no column: name one with its value"),
        wrong(
            "a prefix without a value",
            "prefix: jobs/",
            "prefix:",
            "p.yaml:48:12: policy \"orphaned-renders\": \"prefix\" has no value: give it one, or remove it"),
        wrong(
            "no references",
            "      referenced-by: none\n".substring(2),
            "",
            "p.yaml:54:5: policy \"temp-renders\": \"referenced-by\" is missing: list the columns that name files, or say \"none\" to judge by age alone"),
        wrong(
            "references without a value",
            "referenced-by: none",
            "referenced-by:",
            "p.yaml:57:5: policy \"temp-renders\": \"referenced-by\" has to be a list, each item with a dash before it"),
        wrong(
            "neither true nor false",
            "enabled: true",
            "enabled: yes",
            "p.yaml:21:5: policy \"image-analysis\": \"enabled\" has to be true or false, not yes"),
        wrong(
            "a protection by a table of the same name",
            "{ table: main.public.user_assets, match",
            "{ table: main.archive.render_jobs, match",
            "p.yaml:36:11: policy \"render-jobs\": main.archive.render_jobs has the policy's own table's name, so that \"match\" could not tell them apart: name the row by \"column\", or protect by a view of another name"),
        Arguments.of(
            "several at once",
            SAMPLE
                .replace("after: P30D", "after: 30")
                .replace("nexrender, state: main", "nexrender, state: other")
                .replace("by: expires_at", "bi: expires_at")
                .replace("\"${DB_PASSWORD}\"", "geheim"),
            """
                p.yaml:2:59: database "main": "password" has to be ${ENVIRONMENT_VARIABLE} or file:PATH, never the secret itself
                p.yaml:14:42: store "temp": "state" names no database of this file: other. There are: main
                p.yaml:19:15: policy "image-analysis": "after" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 30
                p.yaml:42:29: policy "export-logs": unknown key "bi": did you mean "by"?"""));
  }

  private static Arguments wrong(String what, String right, String wrong, String message) {
    assertThat(SAMPLE).contains(right);
    int at = SAMPLE.indexOf(right);
    return Arguments.of(
        what, SAMPLE.substring(0, at) + wrong + SAMPLE.substring(at + right.length()), message);
  }

  private static PolicyFile read(String text) {
    return PolicyFileReader.read("p.yaml", text, ENVIRONMENT::get);
  }

  private static TableName table(String name) {
    return new TableName("main", "public", name);
  }

  private static RowPolicy rows(
      String name,
      Expiry expiry,
      List<Condition> where,
      List<Condition> keep,
      Map<String, String> set,
      @Nullable Schedule schedule,
      boolean enabled) {
    return new RowPolicy(
        name,
        table(name.replace('-', '_')),
        expiry,
        where,
        new RowPolicy.Keeping(keep, List.of(), Optional.empty()),
        new RowPolicy.Effect(set, RowPolicy.Children.NONE, List.of()),
        Map.of(),
        new Terms(Optional.ofNullable(schedule), enabled, false));
  }

  private static Expiry expiry(String after, String by) {
    return Expiry.of(
        new Expiry.Age(
            new Retention.Exact(Duration.parse(after)),
            by,
            Optional.empty(),
            Optional.empty(),
            Expiry.MinusInfinity.KEEP));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "protect: [ { table: b.public.r, match: \"r.t = t.id\" } ]",
        "children: [ { table: b.public.r, column: t } ]"
      })
  void refusesATableBesideThePolicysThatIsInAnotherDatabase(String beside) {
    String text =
        """
        databases:
          a: { url: "jdbc:postgresql://h/a", user: u, password: "${P}" }
          b: { url: "jdbc:postgresql://h/b", user: u, password: "${P}" }
        policies:
          - name: p
            table: a.public.t
            expire: { after: P1D, by: at }
            %s
        """
            .formatted(beside);

    assertThatThrownBy(() -> PolicyFileReader.read("p.yaml", text, name -> "x"))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("p.yaml:8:1")
        .hasMessageEndingWith(
            ": policy \"p\": b.public.r is in another database than the policy's own table, a.public.t, so that no statement sees both");
  }

  private static final String HEAD =
      """
      databases:
        a: { url: "jdbc:postgresql://h/a", user: u, password: "${DB_PASSWORD}" }
      stores:
        s:
          directory: /srv/files
          state: a
          references: { ignore: ["https://elsewhere.example/", "data:"], unparseable: keep-all }
          age-floor: { lowered-to: 1h, because: "a file is named in the request that brings it" }
      policies:
        - name: p
      """;

  private static RowPolicy rowPolicy(String body) {
    return (RowPolicy) read(HEAD + body.indent(4)).policies().get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expire: { after: 23h, by: at, files: gone }\nfiles: [ { column: url, store: s } ]",
        "expire: { when: broken, files: gone }\nfiles: [ { column: url, store: s } ]"
      })
  void asksForAnAgeWhereRowsGoBecauseTheirFilesAreGone(String body) {
    assertThatExceptionOfType(UserException.class)
        .isThrownBy(() -> rowPolicy("table: a.public.t\n" + body))
        .withMessageContaining("\"files: gone\" needs \"after\" and \"by\", of 24 hours at least");
  }

  @Test
  void readsAnAgeOnTheCalendarOfAZone() {
    RowPolicy policy =
        rowPolicy("table: a.public.t\nexpire: { after: P1Y6M, by: day, zone: Europe/Berlin }");

    assertThat(policy.expiry().age().orElseThrow().after())
        .isEqualTo(
            new Retention.Calendar(Period.ofMonths(18).normalized(), ZoneId.of("Europe/Berlin")));
  }

  @ParameterizedTest
  @CsvSource({
    "30d, PT720H",
    "12h, PT12H",
    "90min, PT1H30M",
    "45s, PT45S",
    "2w, PT336H",
    "P2W, PT336H",
    "P1DT12H, PT36H",
    "PT0.5H, "
  })
  void readsADurationWithItsUnit(String text, @Nullable Duration length) {
    String body = "table: a.public.t\nexpire: { after: " + text + ", by: at }";
    if (length == null) {
      assertThatThrownBy(() -> rowPolicy(body)).hasMessageContaining("a number with a unit");
    } else {
      assertThat(rowPolicy(body).expiry().age().orElseThrow().after())
          .isEqualTo(new Retention.Exact(length));
    }
  }

  @Test
  void readsEverythingThatCanMakeARowExpire() {
    RowPolicy policy =
        rowPolicy(
            """
            table: a.public."odd.Name"
            expire:
              after: 30d
              by: at
              unit: milliseconds
              minus-infinity: expire
              when: "broken"
              orphaned: { parent: a.other.users, column: user_id, parent-column: uid }
            where: [ { kind: [x, y] }, "size > 7" ]
            """);

    assertThat(policy.table()).isEqualTo(new TableName("a", "public", "odd.Name"));
    assertThat(policy.expiry())
        .isEqualTo(
            new Expiry(
                Optional.of(
                    new Expiry.Age(
                        new Retention.Exact(Duration.ofDays(30)),
                        "at",
                        Optional.empty(),
                        Optional.of(Expiry.EpochUnit.MILLISECONDS),
                        Expiry.MinusInfinity.EXPIRE)),
                Optional.of("broken"),
                Optional.of(
                    new Expiry.Orphaned(
                        new TableName("a", "other", "users"), "user_id", Optional.of("uid")))));
    assertThat(policy.where())
        .containsExactly(
            new Condition.OneOf("kind", List.of("x", "y")), new Condition.Expression("size > 7"));
  }

  @Test
  void readsEverythingThatCanKeepARow() {
    RowPolicy policy =
        rowPolicy(
            """
            table: a.public.t
            expire: { when: "broken" }
            keep: [ "pinned", { kind: gold } ]
            keep-newest: { n: 5, per: [project, kind], by: made_at }
            protect:
              - { table: a.public.notes, column: record_id, where: { record_type: T } }
              - { table: a.public.docs, column: body, path: "$.refs[*]", names: slug, prefix: "t:", ignore-case: true }
            children: all
            labels: { tenant: org_id }
            producers: allowed
            """);

    assertThat(policy.keeping())
        .isEqualTo(
            new RowPolicy.Keeping(
                List.of(
                    new Condition.Expression("pinned"),
                    new Condition.OneOf("kind", List.of("gold"))),
                List.of(
                    new Protection.Through(
                        new TableName("a", "public", "notes"),
                        "record_id",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Protection.LetterCase.SENSITIVE,
                        List.of(new Condition.OneOf("record_type", List.of("T")))),
                    new Protection.Through(
                        new TableName("a", "public", "docs"),
                        "body",
                        Optional.of("slug"),
                        Optional.of("$.refs[*]"),
                        Optional.of("t:"),
                        Protection.LetterCase.INSENSITIVE,
                        List.of())),
                Optional.of(new Expiry.Newest(5, List.of("project", "kind"), "made_at"))));
    assertThat(policy.children()).isEqualTo(new RowPolicy.Children(true, List.of()));
    assertThat(policy.labels()).isEqualTo(Map.of("tenant", "org_id"));
    assertThat(policy.terms()).isEqualTo(new Terms(Optional.empty(), false, true));
  }

  @Test
  void readsHowReferencesToAStoreAreToBeTaken() {
    PolicyFile file =
        read(
            HEAD
                + """
                store: s
                older-than: 2h
                referenced-by:
                  - { table: a.public.posts, column: body, path: "$.images[*].url" }
                  - { table: a.public.posts, expression: "'covers/' || cover" }
                """
                    .indent(4));

    StoreDefinition store = file.store("s");
    assertThat(store.references())
        .isEqualTo(
            new StoreDefinition.ReferenceRules(
                List.of("https://elsewhere.example/", "data:"),
                StoreDefinition.Unparseable.KEEP_ALL));
    assertThat(store.ageFloor()).isEqualTo(Duration.ofHours(1));
    TableName posts = new TableName("a", "public", "posts");
    assertThat(file.references("s"))
        .containsExactly(
            new Reference.Column(posts, "body", Optional.of("$.images[*].url")),
            new Reference.Expression(posts, "'covers/' || cover"));
  }

  @Test
  void knowsWhereThePartsOfAPolicyStand() {
    PolicyFile file = read(SAMPLE);
    Places places = file.places(file.policy("render-jobs").orElseThrow());

    assertThat(places.of("expire.by")).isEqualTo("p.yaml:34:7");
    assertThat(places.of("protect[0].match")).isEqualTo("p.yaml:36:43");
    assertThat(places.of("protect[0].path")).isEqualTo("p.yaml:36:9");
    assertThat(places.of("schedule.cron")).isEqualTo("p.yaml:29:5");
  }

  @Test
  void saysEveryMistakeOfAPolicyAtOnce() {
    assertThatThrownBy(
            () ->
                rowPolicy(
                    """
                    table: b.public.t
                    expire: { after: 30, zone: Mars, unit: weeks }
                    keep-newest: { n: 0, per: [] }
                    enabled: maybe
                    colour: red
                    """))
        .hasMessage(
            """
            p.yaml:11:5: policy "p": "table" names no database of this file: b. There are: a
            p.yaml:12:13: policy "p": the key "by" is missing: add it
            p.yaml:12:15: policy "p": "after" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 30
            p.yaml:12:26: policy "p": "zone" has to be a zone like UTC or Europe/Berlin, not Mars
            p.yaml:12:38: policy "p": "unit" has to be seconds or milliseconds or microseconds, not weeks
            p.yaml:13:20: policy "p": "n" has to be a number from 1 to 1000, not 0
            p.yaml:13:26: policy "p": "per" lists no column: name one at least
            p.yaml:14:5: policy "p": "enabled" has to be true or false, not maybe
            p.yaml:15:5: policy "p": unknown key "colour": known here are action, children, enabled, expire, files, keep, keep-newest, labels, name, producers, protect, quarantine, schedule, table, vacuum, where"""
                .replace("\n", System.lineSeparator()));
  }

  @Test
  void readsTheLimitsOfADatabase() {
    // When
    PolicyFile file =
        read(
            SAMPLE.replace(
                "\"${DB_PASSWORD}\" }",
                "\"${DB_PASSWORD}\", limits: { rowsPerSecond: 5000, connections: 4, maxReplicaLag: 90s, window: \"22:00 - 06:30 Europe/Berlin\" } }"));

    // Then
    assertThat(Objects.requireNonNull(file.databases().get("main")).limits())
        .isEqualTo(
            new Limits(
                OptionalInt.of(5000),
                OptionalInt.of(4),
                Optional.of(Duration.ofSeconds(90)),
                Optional.of(
                    new DailyWindow(
                        LocalTime.of(22, 0), LocalTime.of(6, 30), ZoneId.of("Europe/Berlin")))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|\"limits\" names no limit: name one, or remove it",
        "fast|\"limits\" has to be a mapping of keys to values",
        "{ rowPerSecond: 5 }|unknown key \"rowPerSecond\": did you mean \"rowsPerSecond\"?",
        "{ rowsPerSecond: 0 }|\"rowsPerSecond\" has to be a number from 1 to 100000000, not 0",
        "{ connections: many }|\"connections\" has to be a number from 1 to 1000, not many",
        "{ maxReplicaLag: 10 }|\"maxReplicaLag\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 10",
        "{ window: at night }|\"window\" has to be two times of day and a zone, like \"22:00-06:00 Europe/Berlin\", not at night",
        "{ window: '25:00-06:00 UTC' }|\"window\" has to have times from 00:00 to 23:59, not 25:00",
        "{ window: '22:00-06:00 Berlin' }|\"window\" has to end with a zone like UTC or Europe/Berlin, not Berlin",
        "{ window: '22:00-22:00 UTC' }|\"window\" opens and closes at 22:00: leave it out where any time is right",
      },
      quoteCharacter = '`')
  void refusesALimitThatIsNone(String limits, String complaint) {
    assertThatThrownBy(
            () ->
                read(
                    SAMPLE.replace(
                        "\"${DB_PASSWORD}\" }", "\"${DB_PASSWORD}\", limits: " + limits + " }")))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith("p.yaml:2:")
        .hasMessageContaining("database \"main\": " + complaint);
  }

  @Test
  void leavesSpaceToAutovacuumUnlessToldOtherwise() {
    String policy =
        """
        databases:
          main: { url: "jdbc:postgresql://db/app", user: reclaim, password: "${DB_PASSWORD}" }
        policies:
          - { name: p, table: main.public.t, expire: { after: 1d, by: at }, vacuum: after }
        """;

    assertThat(((RowPolicy) read(policy).policies().get(0)).vacuumsAfter()).isTrue();
    assertThat(
            ((RowPolicy) read(policy.replace(", vacuum: after", "")).policies().get(0))
                .vacuumsAfter())
        .isFalse();
    assertThatThrownBy(() -> read(policy.replace("vacuum: after", "vacuum: full")))
        .hasMessage(
            "p.yaml:4:69: policy \"p\": \"vacuum\" has to be after, or left out to leave it to autovacuum, not full");
  }
}

package dev.reclaim.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.reclaim.events.EventSchemas;
import dev.reclaim.settings.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What editors are told of the policy file is what the reader takes. */
class PolicySchemaTest {
  private static final YAMLMapper YAML = YAMLMapper.builder().build();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(EventSchemas.text("policy").orElseThrow());

  private static final String HEAD =
      """
      databases:
        main:
          url: "jdbc:postgresql://db/app"
          user: reclaim
          password: "${DB_PASSWORD}"
          limits: { rowsPerSecond: 5000, connections: 4, maxReplicaLag: PT10S, window: "22:00-06:00 Europe/Berlin" }
          keepLedger: P90D
      stores:
        s3:
          s3: { bucket: b, endpoint: "https://s3.example.org", region: r, pathStyle: true, accessKey: k, secretKey: "${SECRET}", publicUrls: [/uploads], inventory: { bucket: i, prefix: d/ }, deletes: versions }
          state: main
        folder:
          directory: /srv/files
          publicUrls: /files
          state: main
          references: { ignore: "data:", unparseable: keep-all }
          age-floor: { lowered-to: 1h, because: "named in the request that brings it" }
      policies:
        - name: p
      """;

  private static final String EVERY_KEY_OF_ROWS =
      """
      table: main.public."odd.Name"
      expire:
        after: P1Y
        by: at
        zone: Europe/Berlin
        unit: seconds
        minus-infinity: keep
        when: broken
        files: gone
        orphaned: { parent: main.public.users, column: user_id, parent-column: id }
      where: [ { kind: [a, 7, true], size: 3 }, "x > 1" ]
      keep: "pinned"
      keep-newest: { n: 5, per: [a, b], by: at }
      protect:
        - { table: main.public.notes, column: record_id, names: id, path: "$.a", prefix: "p:", ignore-case: true, where: { kind: x } }
        - { table: main.public.docs, match: "true" }
      children: [ { table: main.public.logs, column: job_id } ]
      files: [ { column: url, store: s3 } ]
      quarantine: P7D
      action: { set: { state: gone, generation: 3 } }
      vacuum: after
      labels: { tenant: org_id }
      schedule: { cron: "0 2 * * *", zone: UTC }
      enabled: true
      producers: allowed
      """;

  private static final String EVERY_KEY_OF_FILES =
      """
      store: folder
      prefix: renders/
      older-than: 2h
      referenced-by:
        - { table: main.public.jobs, column: url, path: "$.x[*]" }
        - { table: main.public.jobs, expression: "lower(url)" }
        - { store: s3, prefix: originals/ }
      sightings: 3
      quarantine: 12h
      schedule: { cron: "0 2 * * *" }
      enabled: false
      producers: refused
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVERY_KEY_OF_ROWS,
        EVERY_KEY_OF_FILES,
        "table: main.public.t\nexpire: { after: 30d, by: at }\nchildren: all\naction: delete",
        "table: main.public.t\nexpire: { after: PT12H, by: at }\nwhere: { a: b }",
        "table: main.public.t\nexpire: { after: P1DT12H, by: at }\nkeep-newest: { n: 1, per: a }",
        "table: main.public.t\nexpire: { when: broken }",
        "table: main.public.t\nexpire: { orphaned: { parent: main.public.u, column: u } }",
        "table: main.public.t\nexpire: { after: 7d, by: at, files: gone }\nfiles: [ { column: url, store: s3 } ]",
        "store: s3\nolder-than: P7D\nreferenced-by: none",
        "store: s3\nold-versions: P30D\nprefix: a/\nschedule: { cron: \"0 2 * * *\" }\nenabled: true",
        "store: s3\nunfinished-uploads: 7d\nproducers: allowed",
      })
  void takesWhatTheReaderTakes(String policy) {
    assertThat(complaints(policy)).isEmpty();
    assertThat(read(policy).policies()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table: main.public.t",
        "expire: { after: 30d, by: at }",
        "table: main.public.t\nstore: s3\nexpire: { after: 30d, by: at }",
        "table: t\nexpire: { after: 30d, by: at }",
        "table: main.public.t\nexpire: { after: 30, by: at }",
        "table: main.public.t\nexpire: { after: 30m, by: at }",
        "table: main.public.t\nexpire: { after: 30d }",
        "table: main.public.t\nexpire: { when: broken, files: gone }\nfiles: [ { column: url, store: s3 } ]",
        "table: main.public.t\nexpire: { after: 7d, by: at, files: lost }\nfiles: [ { column: url, store: s3 } ]",
        "table: main.public.t\nexpire: { by: at }",
        "table: main.public.t\nexpire: {}",
        "table: main.public.t\nexpire: { after: 30d, by: at, unit: weeks }",
        "table: main.public.t\nexpire: { after: 30d, by: at, minus-infinity: maybe }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\ncolour: red",
        "table: main.public.t\nexpire: { after: 30d, by: at, colour: red }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nwhere: {}",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nwhere: []",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nwhere: { a: [] }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nkeep-newest: { n: 0, per: a }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nprotect: [ { table: main.public.u } ]",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nprotect: [ { table: main.public.u, column: a, match: b } ]",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nchildren: some",
        "table: main.public.t\nexpire: { after: 30d, by: at }\naction: { set: {} }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nlabels: { a: a, b: b, c: c, d: d }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nlabels: { 1a: a }",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nenabled: maybe",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nvacuum: before",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nproducers: true",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nschedule: { zone: UTC }",
        "store: s3\nolder-than: P7D",
        "store: s3\nolder-than: 7\nreferenced-by: none",
        "store: s3\nolder-than: P1M\nreferenced-by: none",
        "store: s3\nolder-than: P7D\nreferenced-by: []",
        "store: s3\nolder-than: P7D\nreferenced-by: nobody",
        "store: s3\nolder-than: P7D\nreferenced-by: [ { table: main.public.t } ]",
        "store: s3\nolder-than: P7D\nreferenced-by: none\nwhere: x",
        "store: s3\nold-versions: 30",
        "store: s3\nold-versions: P1M",
        "store: s3\nold-versions: P30D\nolder-than: P7D",
        "store: s3\nold-versions: P30D\nreferenced-by: none",
        "store: s3\nold-versions: P30D\nunfinished-uploads: P7D",
        "store: s3\nunfinished-uploads: true",
        "store: s3\nold-versions: P30D\nquarantine: P7D",
        "store: s3\nunfinished-uploads: P7D\nquarantine: P7D",
        "store: s3\nunfinished-uploads: P7D\nolder-than: P7D\nreferenced-by: none",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nold-versions: P30D",
        "store: s3\nolder-than: P7D\nreferenced-by: none\nquarantine: 7",
        "store: s3\nolder-than: P7D\nreferenced-by: none\nquarantine: P1M",
        "table: main.public.t\nexpire: { after: 30d, by: at }\nquarantine: P7D",
      })
  void refusesWhatTheReaderRefuses(String policy) {
    assertThat(complaints(policy)).isNotEmpty();
    assertThatThrownBy(() -> read(policy)).isInstanceOf(UserException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "password: \"${DB_PASSWORD}\"|password: geheim",
        "user: reclaim|",
        "rowsPerSecond: 5000|rowsPerSecond: 0",
        "rowsPerSecond: 5000|rows: 5000",
        "connections: 4|connections: 1001",
        "maxReplicaLag: PT10S|maxReplicaLag: 10",
        "keepLedger: P90D|keepLedger: 90",
        "22:00-06:00 Europe|24:00-06:00 Europe",
        "22:00-06:00 Europe/Berlin|22:00-06:00",
        "jdbc:postgresql:|mysql:",
        "secretKey: \"${SECRET}\"|secretKey: geheim",
        "accessKey: k, |",
        "bucket: b, |",
        "deletes: versions|deletes: everything",
        "unparseable: keep-all|unparseable: ignore",
        ", because: \"named in the request that brings it\"|",
        "  directory: /srv/files|  folder: /srv/files",
        "  directory: /srv/files|  s3: { bucket: b }\\n    directory: /srv/files",
        "  state: main\\n  folder|  folder",
        "stores:|shops:",
      })
  void refusesServersThatTheReaderRefuses(String right, @Nullable String wrong) {
    String good = HEAD + EVERY_KEY_OF_FILES.indent(4);
    String from = right.replace("\\n", "\n");
    assertThat(good).contains(from);
    String bad = good.replace(from, wrong == null ? "" : wrong.replace("\\n", "\n"));

    assertThat(SCHEMA.validate(YAML.readTree(bad))).isNotEmpty();
    assertThatThrownBy(() -> PolicyFileReader.read("p.yaml", bad, name -> "x"))
        .isInstanceOf(UserException.class);
  }

  @Test
  void knowsEveryKeyThatTheReaderKnows() {
    JsonNode schema = YAML.readTree(EventSchemas.text("policy").orElseThrow());
    for (String kind : List.of("rows", "files")) {
      Set<String> said =
          new TreeSet<>(schema.path("$defs").path(kind).path("properties").propertyNames());
      String policy = kind.equals("rows") ? EVERY_KEY_OF_ROWS : EVERY_KEY_OF_FILES;
      Set<String> read = new TreeSet<>(YAML.readTree(policy).propertyNames());
      read.add("name");
      if (kind.equals("files")) {
        read.addAll(Set.of("old-versions", "unfinished-uploads"));
      }
      assertThat(said).as(kind).isEqualTo(read);
      assertThatThrownBy(() -> read(policy + "\nunheard-of-by-anyone: 1"))
          .hasMessageContaining("known here are " + String.join(", ", said));
    }
  }

  @Test
  void knowsEveryLimitThatTheReaderKnows() {
    JsonNode schema = YAML.readTree(EventSchemas.text("policy").orElseThrow());
    Set<String> said =
        new TreeSet<>(schema.path("$defs").path("limits").path("properties").propertyNames());
    Set<String> read =
        new TreeSet<>(
            YAML.readTree(HEAD).path("databases").path("main").path("limits").propertyNames());
    assertThat(said).isEqualTo(read);
    String unknown = HEAD.replace("connections: 4", "connections: 4, unheard-of-by-anyone: 1");
    assertThatThrownBy(() -> PolicyFileReader.read("p.yaml", unknown, name -> "x"))
        .hasMessageContaining("known here are " + String.join(", ", said));
  }

  static List<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "policies"))) {
      List<Path> samples = files.sorted().toList();
      assertThat(samples).hasSize(5);
      return samples;
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void takesEverySampleFileWhichSaysWhereTheSchemaIs(Path sample) throws IOException {
    String text = Files.readString(sample);
    String first = text.lines().findFirst().orElseThrow();
    String named = "# yaml-language-server: $schema=";

    assertThat(SCHEMA.validate(YAML.readTree(text))).isEmpty();
    assertThat(first).startsWith(named);
    assertThat(sample.resolveSibling(first.substring(named.length())))
        .content()
        .isEqualTo(EventSchemas.text("policy").orElseThrow());
  }

  private static List<String> complaints(String policy) {
    return SCHEMA.validate(YAML.readTree(HEAD + policy.indent(4))).stream()
        .map(Object::toString)
        .toList();
  }

  private static PolicyFile read(String policy) {
    return PolicyFileReader.read("p.yaml", HEAD + policy.indent(4), name -> "x");
  }
}

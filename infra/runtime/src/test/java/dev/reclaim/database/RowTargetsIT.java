package dev.reclaim.database;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.settings.UserException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RowTargetsIT {
  private static final String TABLES =
      """
      CREATE TYPE mood AS ENUM ('glad', 'sad');
      CREATE TABLE job (id bigint PRIMARY KEY, status text, feeling mood, tags jsonb, plain timestamp,
                        day date, at timestamptz(3), size int);
      CREATE TABLE keyless (id int, at timestamptz);
      CREATE TABLE pair (tenant text, id uuid, at timestamptz, PRIMARY KEY (tenant, id));
      CREATE TABLE asset (id int PRIMARY KEY, job_id bigint, url text);

      CREATE TABLE parent (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent ON DELETE CASCADE);
      CREATE INDEX ON child (parent_id, id);
      CREATE TABLE grandchild (id int PRIMARY KEY, child_id int REFERENCES child ON DELETE CASCADE);
      CREATE INDEX ON grandchild (child_id);
      CREATE TABLE declared (id int PRIMARY KEY, parent_id int REFERENCES parent);
      CREATE INDEX ON declared (parent_id);
      CREATE TABLE soft (id int PRIMARY KEY, parent_id int);

      CREATE TABLE slow (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE "slow Child" (id int, slow_id int REFERENCES slow ON DELETE CASCADE);
      CREATE INDEX ON "slow Child" (id, slow_id);
      CREATE INDEX ON "slow Child" (slow_id) WHERE id > 0;

      CREATE TABLE tree (id int PRIMARY KEY, at timestamptz, up int REFERENCES tree ON DELETE CASCADE);
      CREATE INDEX ON tree (up);
      CREATE TABLE ring (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE rung (id int PRIMARY KEY, ring_id int REFERENCES ring ON DELETE CASCADE);
      CREATE INDEX ON rung (ring_id);
      ALTER TABLE ring ADD rung_id int REFERENCES rung ON DELETE CASCADE;
      CREATE INDEX ON ring (rung_id);

      CREATE VIEW looked AS SELECT id, at FROM job;
      CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER other FOREIGN DATA WRAPPER elsewhere;
      CREATE FOREIGN TABLE far (id int, at timestamptz) SERVER other;
      CREATE TABLE vague (a int UNIQUE, b int NOT NULL, at timestamptz);
      CREATE UNIQUE INDEX ON vague (b) WHERE b > 0; CREATE UNIQUE INDEX ON vague (lower(b::text), b);
      ALTER TABLE vague ADD UNIQUE (b) DEFERRABLE;
      CREATE TABLE split (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE split_child (id int, split_id int REFERENCES split ON DELETE CASCADE) PARTITION BY LIST (id);
      CREATE TABLE split_child_1 PARTITION OF split_child FOR VALUES IN (1);
      CREATE TABLE split_child_2 PARTITION OF split_child FOR VALUES IN (2);
      CREATE INDEX ON split_child_1 (split_id); CREATE INDEX ON split_child_2 (id, split_id);
      CREATE TABLE ring_of_part (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE part_of_ring (id int PRIMARY KEY, ring int REFERENCES ring_of_part, at timestamptz);
      CREATE INDEX ON part_of_ring (ring);
      ALTER TABLE ring_of_part ADD part int REFERENCES part_of_ring ON DELETE CASCADE;
      CREATE INDEX ON ring_of_part (part);
      """;

  private TestDatabase test;
  private Databases databases;

  @BeforeAll
  void createTables(TestDatabase database) throws SQLException {
    test = database;
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
    }
    databases = Databases.connect(file(policy("p", "job", "at", "")), 2, "test");
  }

  @AfterAll
  void close() {
    databases.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nothing | at | | there is no table \"public\".\"nothing\" in database main",
        "keyless | at | | the table main.public.keyless has no primary key, nor a unique index over columns that are NOT NULL: add one",
        "pair | made | | the table main.public.pair has no column made: it has: tenant, id, at",
        "pair | at | where: { kind: a } | the table main.public.pair has no column kind: it has: tenant, id, at",
        "pair | at | keep: { kind: a } | the table main.public.pair has no column kind: it has: tenant, id, at",
        "pair | at | action: { set: { kind: a } } | the table main.public.pair has no column kind: it has: tenant, id, at",
        "pair | at | files: [ { column: url, store: files } ] | the table main.public.pair has no column url: it has: tenant, id, at",
        "pair | at | labels: { kind: sort } | the table main.public.pair has no column sort: it has: tenant, id, at",
        "job | size | | the column size is a number: say what it counts since 1970, like expire: { ..., unit: seconds }",
        "job | status | | expire.by names the column status of type text: it has to be a timestamptz, timestamp, date or number",
        "job | plain | | the column plain has no zone of its own: say which it is written in, like expire: { ..., zone: UTC }",
        "job | day | | the column day has no zone of its own: say which it is written in, like expire: { ..., zone: UTC }",
        "job | at | where: \"status ==== 1\" | the database cannot read its expire, where, keep, protect or set: ERROR: operator does not exist: text ==== integer",
        "job | at | where: \"status = 'a\" | the database cannot read its expire, where, keep, protect or set: Unterminated string literal",
        "job | at | where: { feeling: cross } | the database cannot read its expire, where, keep, protect or set: ERROR: invalid input value for enum mood: \"cross\"",
        "job | at | action: { set: { size: big } } | the database cannot read its expire, where, keep, protect or set: ERROR: invalid input syntax for type integer: \"big\"",
        "job | at | protect: [ { table: main.public.asset, match: \"asset.job = job.id\" } ] | the database cannot read its expire, where, keep, protect or set: ERROR: column asset.job does not exist",
        "job | at | protect: [ { table: main.public.assets, match: \"true\" } ] | the database cannot read its expire, where, keep, protect or set: ERROR: relation \"public.assets\" does not exist",
        "job | at | children: [ { table: main.public.asset, column: job } ] | the table main.public.asset has no column job: it has: id, job_id, url",
        "pair | at | children: [ { table: main.public.asset, column: job_id } ] | children without a foreign key need a key of one column in main.public.pair",
        "slow | at | | the foreign key slow Child_slow_id_fkey has no index, so each deleted row would scan main.public.slow Child: CREATE INDEX CONCURRENTLY ON \"public\".\"slow Child\" (\"slow_id\")",
        "tree | at | | rows of main.public.tree go with other rows of the same table (public.tree <- public.tree): such a cycle of cascades is not supported",
        "looked | at | | main.public.looked is no table but a view: name the table that holds the rows",
        "far | at | | main.public.far is a table of another server: name the table that holds the rows",
        "vague | at | | the table main.public.vague has no primary key, nor a unique index over columns that are NOT NULL: add one",
        "split | at | | the foreign key split_child_split_id_fkey has no index, so each deleted row would scan main.public.split_child: CREATE INDEX ON \"public\".\"split_child\" (\"split_id\")",
        "ring_of_part | at | children: all | rows of main.public.ring_of_part go with other rows of the same table (public.ring_of_part <- public.part_of_ring <- public.ring_of_part): such a cycle of cascades is not supported: make one of the foreign keys ON DELETE NO ACTION or SET NULL",
        "parent | at | children: [ { table: main.public.grandchild, column: child_id }, { table: main.public.soft, column: parent } ] | the table main.public.soft has no column parent: it has: id, parent_id",
        "job | at | children: [ { table: main.public.grandchild, column: child_id } ] | the column child_id of main.public.grandchild refers to another table, by the foreign key grandchild_child_id_fkey: name the column that refers to",
        "job | at | protect: [ { table: main.public.pair, column: id } ] | the column id of main.public.pair is of type uuid and cannot name id of main.public.job, of type bigint: name the column that does, or say how by an expression",
        "job | at | protect: [ { table: main.public.asset, column: job_id, prefix: \"job:\" } ] | the column job_id of main.public.asset is of type bigint and cannot name id of main.public.job, of type bigint",
        "pair | at | protect: [ { table: main.public.asset, column: url } ] | main.public.pair is named by a key of 2 columns (tenant, id): say which of its columns is meant",
        "ring | at | | rows of main.public.ring go with other rows of the same table (public.ring <- public.rung <- public.ring): such a cycle of cascades is not supported",
      })
  void saysWhatDoesNotFitTheTable(String table, String by, @Nullable String more, String message) {
    assertThatThrownBy(() -> resolve(policy("p", table, by, more == null ? "" : more)))
        .isInstanceOf(UserException.class)
        .message()
        .startsWith("p.yaml: policy \"p\": " + message)
        .hasLineCount(1);
  }

  @Test
  void saysAllThatDoesNotFitAtOnce() {
    // Given
    String orphans =
        """
          - name: orphans
            store: files
            older-than: P2D
            referenced-by: [ { table: main.public.asset, column: url }, { table: main.public.job, column: link } ]
        """;

    // When
    assertThatThrownBy(
            () ->
                resolve(
                    policy("one", "keyless", "at", ""),
                    policy("fits", "job", "at", ""),
                    policy("two", "nothing", "at", ""),
                    orphans))
        // Then
        .hasMessage(
            Stream.of(
                    "p.yaml: policy \"one\": the table main.public.keyless has no primary key, nor a unique index over columns that are NOT NULL: add one",
                    "p.yaml: policy \"two\": there is no table \"public\".\"nothing\" in database main: create it, or correct the name",
                    "p.yaml: policy \"orphans\": the table main.public.job has no column link: it has: id, status, feeling, tags, plain, day, at, size")
                .collect(joining(System.lineSeparator())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "at ~",
        "at ~ where: { feeling: [glad, sad] }",
        "at ~ where: \"tags ? 'old' AND status = 'why ?'\"",
        "at ~ keep: \"tags ?| array['a']\"",
        "at ~ action: { set: { status: it's, size: 3 } }",
        "day, zone: UTC ~",
        "plain, zone: Europe/Berlin ~",
      })
  void takesWhatFits(String by, @Nullable String more) {
    // Given
    String policy = policy("p", "job", by, more == null ? "" : more);

    // When
    RowTarget target = resolve(policy).get("p");

    // Then
    assertThat(target)
        .extracting(it -> it.shape().primaryKey())
        .isEqualTo(List.of(new Column("id", "bigint")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"at", "tags", "feeling", "day"})
  void takesNoColumnForAnOrphansParentThatCanNeverNameOne(String column) {
    String policy =
        """
          - name: p
            table: main.public.job
            expire: { orphaned: { parent: main.public.asset, column: %s } }
        """
            .formatted(column);
    assertThatThrownBy(() -> resolve(policy))
        .hasMessageContaining("cannot name " + column + " of main.public.job");
  }

  @Test
  void knowsTheKeyInItsOrder() {
    assertThat(resolve(policy("p", "pair", "at", "")).get("p"))
        .extracting(it -> it.shape().primaryKey())
        .isEqualTo(List.of(new Column("tenant", "text"), new Column("id", "uuid")));
  }

  @Test
  void findsWhatGoesAlongWhetherDeclaredOrNot() {
    // Given
    String children =
        "children: [ { table: main.public.declared, column: parent_id }, { table: main.public.soft, column: parent_id } ]";

    // When
    Map<String, RowTarget> targets = resolve(policy("p", "parent", "at", children));

    // Then
    assertThat(targets.values())
        .flatExtracting(RowTarget::children)
        .extracting(RowTargetsIT::way)
        .containsExactly(
            "grandchild.child_id = id, child.parent_id = id",
            "child.parent_id = id",
            "declared.parent_id = id",
            "soft.parent_id = id");
  }

  @Test
  void takesNothingAlongWhereRowsAreMarked() {
    assertThat(resolve(policy("p", "tree", "at", "action: { set: { up: 7 } }")).get("p"))
        .extracting(RowTarget::children)
        .isEqualTo(List.of());
  }

  /** From the end of the path upwards. */
  private static String way(ChildPath path) {
    String way = "";
    for (RowTarget.Link link : path.links()) {
      String step =
          "%s.%s = %s"
              .formatted(
                  link.referring().table().table(),
                  String.join("+", link.columns()),
                  String.join("+", link.referenced()));
      way = way.isEmpty() ? step : step + ", " + way;
    }
    return way;
  }

  private Map<String, RowTarget> resolve(String... policies) {
    return RowTargets.resolve(file(policies), databases);
  }

  private static String policy(String name, String table, String by, String more) {
    return """
      - name: %s
        table: main.public.%s
        expire: { after: P30D, by: %s }
        %s
    """
        .formatted(name, table, by, more);
  }

  private PolicyFile file(String... policies) {
    String text =
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        stores:
          files: { directory: /tmp, state: main }
        policies:
        """
                .formatted(test.jdbcUrl(), test.user())
            + String.join("", policies);
    return PolicyFileReader.read("p.yaml", text, Map.of("PASSWORD", test.password())::get);
  }
}

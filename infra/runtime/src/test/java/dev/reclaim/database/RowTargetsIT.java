package dev.reclaim.database;

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
        "nothing | at | | 7:5 | there is no table \"public\".\"nothing\" in database main; create it, or correct the name",
        "keyless | at | | 7:5 | the table main.public.keyless has no primary key, nor a unique index over columns that are NOT NULL; add one",
        "job | at | children: [ { table: main.public.asset, column: job } ] | 9:45 | the table main.public.asset has no column job; it has: id, job_id, url",
        "pair | at | children: [ { table: main.public.asset, column: job_id } ] | 9:17 | children without a foreign key need a key of one column in main.public.pair; add a foreign key to main.public.asset",
        "looked | at | | 7:5 | main.public.looked is no table but a view; name the table that holds the rows",
        "far | at | | 7:5 | main.public.far is a table of another server; name the table that holds the rows",
        "vague | at | | 7:5 | the table main.public.vague has no primary key, nor a unique index over columns that are NOT NULL; add one",
        "ring_of_part | at | children: all | 9:5 | rows of main.public.ring_of_part go with other rows of the same table (public.ring_of_part <- public.part_of_ring <- public.ring_of_part): such a cycle of cascades is not supported; make one of the foreign keys ON DELETE NO ACTION or SET NULL",
        "parent | at | children: [ { table: main.public.grandchild, column: child_id }, { table: main.public.soft, column: parent } ] | 9:97 | the table main.public.soft has no column parent; it has: id, parent_id",
        "job | at | children: [ { table: main.public.grandchild, column: child_id } ] | 9:17 | the column child_id of main.public.grandchild refers to another table, by the foreign key grandchild_child_id_fkey; name the column that refers to main.public.job",
        "job | at | protect: [ { table: main.public.pair, column: id } ] | 9:16 | the column id of main.public.pair is of type uuid and cannot name id of main.public.job, of type bigint; name the column that does, or say how by an expression",
        "tree | at | | 6:5 | rows of main.public.tree go with other rows of the same table (public.tree <- public.tree): such a cycle of cascades is not supported; make one of the foreign keys ON DELETE NO ACTION or SET NULL",
        "ring | at | | 6:5 | rows of main.public.ring go with other rows of the same table (public.ring <- public.rung <- public.ring): such a cycle of cascades is not supported; make one of the foreign keys ON DELETE NO ACTION or SET NULL",
      })
  void saysWhatCannotBeResolved(
      String table, String by, @Nullable String more, String place, String message) {
    assertThatThrownBy(() -> resolve(policy("p", table, by, more == null ? "" : more)))
        .isInstanceOf(UserException.class)
        .hasMessage("p.yaml:%s: policy \"p\": %s", place, message);
  }

  @Test
  void saysAllThatCannotBeResolvedAtOnce() {
    assertThatThrownBy(
            () ->
                resolve(
                    policy("one", "keyless", "at", ""),
                    policy("fits", "job", "at", ""),
                    policy("two", "nothing", "at", "")))
        .message()
        .hasLineCount(2)
        .contains("policy \"one\": the table main.public.keyless has no primary key")
        .contains("policy \"two\": there is no table");
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
  void doesNotTakeAnIndexOnSomePartitionsForAnIndex() {
    assertThat(resolve(policy("p", "split", "at", "")).values())
        .flatExtracting(target -> target.shape().inbound())
        .extracting(TableShape.InboundKey::indexed)
        .containsExactly(false);
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

package dev.reclaim.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTargets;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class WholePartitionsIT {
  private static final Instant FAR = Instant.parse("2199-01-01T00:00:00Z");

  private final TestDatabase server;
  private final Databases databases;

  WholePartitionsIT(TestDatabase server) {
    this.server = server;
    this.databases = Databases.connect(policies("main.public.t", "by: c"), 4, "test");
  }

  @BeforeAll
  void tables() {
    for (String type : List.of("timestamptz", "timestamp", "date", "bigint", "numeric", "float8")) {
      execute(
          "CREATE TABLE by_%1$s (id int, at %1$s, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)"
              .formatted(type));
    }
    execute(
        """
        CREATE TABLE visit (id int, at timestamptz, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE visit_ever PARTITION OF visit FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
        CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        CREATE TABLE "visit ""2" PARTITION OF visit FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
        CREATE TABLE visit_sub PARTITION OF visit FOR VALUES FROM ('2020-03-01') TO ('2020-04-01') PARTITION BY HASH (id);
        CREATE TABLE visit_sub_0 PARTITION OF visit_sub FOR VALUES WITH (MODULUS 1, REMAINDER 0);
        CREATE TABLE visit_now PARTITION OF visit FOR VALUES FROM ('2020-04-01') TO ('2199-01-01');
        CREATE TABLE visit_then PARTITION OF visit FOR VALUES FROM ('2199-01-01') TO (MAXVALUE);
        CREATE TABLE visit_rest PARTITION OF visit DEFAULT;

        CREATE TABLE tenant (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (id, at);
        CREATE TABLE tenant_1 PARTITION OF tenant FOR VALUES FROM (0, '2020-01-01') TO (1, '2020-02-01');
        CREATE TABLE other (id int, at timestamptz, made timestamptz, PRIMARY KEY (id, made)) PARTITION BY RANGE (made);
        CREATE TABLE other_1 PARTITION OF other FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        """);
  }

  @AfterAll
  void close() {
    databases.close();
  }

  @Test
  void findsThoseWhoseBoundsAreOverAndNoOthers() {
    assertThat(due("visit", "by: at", FAR))
        .containsExactly("public.\"visit \"\"2\"", "public.visit_1");
  }

  @ParameterizedTest
  @CsvSource({
    "2020-02-01T00:00:00Z,       1",
    "2020-01-31T23:59:59.999999Z, 0",
    "2020-02-29T23:59:59.999999Z, 1",
    "2020-03-01T00:00:00Z,       2"
  })
  void takesTheLastMomentOfAPartitionForWhatItIs(Instant cutoff, int partitions) {
    assertThat(due("visit", "by: at", cutoff)).hasSize(partitions);
  }

  @ParameterizedTest
  @CsvSource({"tenant, at", "other, at"})
  void findsNoneWhereTheKeyIsNotTheAge(String table, String by) {
    assertThat(due(table, "by: " + by, FAR)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timestamptz | by: at                           | 2020-01-01 00:00:00+00 | 2020-02-01 00:00:00+00        | true",
        "timestamptz | by: at                           | 2020-01-01 00:00:00+00 | 2020-02-01 00:00:00.000001+00 | false",
        "timestamptz | by: at                           | -infinity              | 2020-02-01 00:00:00+00        | false",
        "timestamptz | by: at, minus-infinity: expire   | -infinity              | 2020-02-01 00:00:00+00        | true",
        "timestamptz | by: at                           | 2020-01-01 00:00:00+00 | infinity                      | false",
        "timestamp   | by: at, zone: UTC                | 2020-01-01 00:00:00    | 2020-02-01 00:00:00           | true",
        "timestamp   | by: at, zone: UTC                | 2020-01-01 00:00:00    | 2020-02-01 00:00:00.000001    | false",
        "timestamp   | by: at, zone: Europe/Berlin      | 2020-01-01 00:00:00    | 2020-02-01 01:00:00           | true",
        "timestamp   | by: at, zone: Europe/Berlin      | 2020-01-01 00:00:00    | 2020-02-01 01:00:00.000001    | false",
        "timestamp   | by: at, zone: Europe/Berlin      | -infinity              | 2020-02-01 00:00:00           | false",
        "timestamp   | by: at, zone: Europe/Berlin      | 2020-01-01 00:00:00    | infinity                      | false",
        "date        | by: at, zone: UTC                | 2020-01-01             | 2020-02-01                    | true",
        "date        | by: at, zone: UTC                | 2020-01-01             | 2020-02-02                    | false",
        "date        | by: at, zone: America/New_York   | 2020-01-01             | 2020-01-31                    | true",
        "date        | by: at, zone: America/New_York   | 2020-01-01             | 2020-02-01                    | false",
        "bigint      | by: at, unit: seconds                  | 1577836800             | 1580515200                    | true",
        "bigint      | by: at, unit: seconds                  | 1577836800             | 1580515201                    | false",
        "bigint      | by: at, unit: milliseconds                 | 1577836800000          | 1580515200000                 | true",
        "bigint      | by: at, unit: milliseconds                 | 1577836800000          | 1580515200001                 | false",
        "bigint      | by: at, unit: microseconds                 | 1577836800000000       | 1580515200000000              | true",
        "bigint      | by: at, unit: microseconds                 | 1577836800000000       | 1580515200000001              | false",
        "bigint      | by: at, unit: seconds                  | 315532799              | 1580515200                    | false",
        "numeric     | by: at, unit: seconds                  | 1577836800.5           | 1580515200                    | true",
        "numeric     | by: at, unit: seconds                  | 1577836800             | NaN                           | false",
        "float8      | by: at, unit: seconds                  | 1577836800             | 1580515200.5                  | false",
      })
  void readsBoundsByTheirType(String type, String by, String from, String to, boolean proven) {
    assertThat(proven("by_" + type, by, from, to, Instant.parse("2020-02-01T00:00:00Z")))
        .isEqualTo(proven);
  }

  @ParameterizedTest
  @CsvSource({
    // 02:30 was never shown, and counts as half past three
    "2020-03-29 03:00:00, 2020-03-29T01:10:00Z, false",
    "2020-03-29 02:30:00, 2020-03-29T01:29:59Z, false",
    "2020-03-29 03:30:00, 2020-03-29T01:59:59Z, false",
    "2020-03-29 03:00:00, 2020-03-29T02:00:00Z, true",
    // and half past two was shown twice
    "2020-10-25 02:30:00, 2020-10-25T00:30:00Z, false",
    "2020-10-25 02:30:00, 2020-10-25T01:29:59Z, false",
    "2020-10-25 02:30:00, 2020-10-25T01:30:00Z, true",
  })
  void knowsTheNightsInWhichClocksChange(String to, Instant cutoff, boolean proven) {
    assertThat(
            proven(
                "by_timestamp", "by: at, zone: Europe/Berlin", "2020-01-01 00:00:00", to, cutoff))
        .isEqualTo(proven);
  }

  @Test
  void goesNoFurtherThanTheRetentionAllowsNow() {
    String year =
        main()
            .jdbi()
            .withHandle(
                h ->
                    h.createQuery("SELECT CAST(now() - interval '29 days' AS text)")
                        .mapTo(String.class)
                        .one());
    assertThat(proven("by_timestamptz", "by: at", "2020-01-01 00:00:00+00", year, FAR)).isFalse();
    String older =
        main()
            .jdbi()
            .withHandle(
                h ->
                    h.createQuery("SELECT CAST(now() - interval '31 days' AS text)")
                        .mapTo(String.class)
                        .one());
    assertThat(proven("by_timestamptz", "by: at", "2020-01-01 00:00:00+00", older, FAR)).isTrue();
  }

  @Test
  void findsNoneThatTheRoleDoesNotOwn() {
    // Given: a role that owns a table and one of its partitions
    execute(
        """
        DROP ROLE IF EXISTS part_owner;
        CREATE ROLE part_owner;
        CREATE TABLE shared (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE shared_1 PARTITION OF shared FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        CREATE TABLE shared_2 PARTITION OF shared FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
        ALTER TABLE shared OWNER TO part_owner;
        ALTER TABLE shared_1 OWNER TO part_owner
        """);
    WholePartitions partitions = of("shared", "by: at");

    // Then
    main()
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute("SET LOCAL ROLE part_owner");
              assertThat(partitions.due(handle, FAR))
                  .extracting(WholePartition::name)
                  .containsExactly("public.shared_1");
              assertThat(partitions.notOwned(handle)).containsExactly("public.shared_2");
            });
    execute("DROP TABLE shared; DROP ROLE part_owner");
  }

  private List<String> due(String table, String by, Instant cutoff) {
    WholePartitions partitions = of(table, by);
    return main().jdbi().withHandle(handle -> partitions.due(handle, cutoff)).stream()
        .map(WholePartition::name)
        .toList();
  }

  private boolean proven(String table, String by, String from, String to, Instant cutoff) {
    WholePartitions partitions = of(table, by);
    return main().jdbi().withHandle(handle -> partitions.isProven(handle, from, to, cutoff));
  }

  private WholePartitions of(String table, String by) {
    PolicyFile file = policies("main.public." + table, by);
    return new WholePartitions(
        Objects.requireNonNull(RowTargets.resolve(file, databases).get("p")));
  }

  private Database main() {
    return databases.get("main");
  }

  private void execute(String sql) {
    main()
        .inTransaction(
            handle -> {
              try (var statement = handle.getConnection().createStatement()) {
                return statement.execute(sql);
              }
            });
  }

  private PolicyFile policies(String table, String by) {
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        policies:
          - { name: p, table: %s, expire: { after: P30D, %s } }
        """
            .formatted(server.jdbcUrl(), server.user(), table, by),
        name -> server.password());
  }
}

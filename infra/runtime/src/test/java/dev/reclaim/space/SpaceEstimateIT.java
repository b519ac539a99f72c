package dev.reclaim.space;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.Database;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresServers
@Timeout(120)
class SpaceEstimateIT {
  private static final Instant CUTOFF = Instant.parse("2020-01-01T00:00:00Z");
  private static final Percentage PLAIN = Percentage.withPercentage(3);
  private static final Percentage TOASTED = Percentage.withPercentage(5);
  private static final String AT_RANDOM =
      "timestamptz '2020-01-01' + CASE WHEN random() < 0.5 THEN -1 ELSE 1 END * make_interval(secs => 10 + i)";

  /** As many hexadecimal digits, which take half as many bytes when they are compressed. */
  private static final String NOISE =
      "(SELECT string_agg(md5(random()::text || n || i), '') FROM generate_series(1, %s) n)";

  private final TestDatabase server;
  private final Databases databases;

  SpaceEstimateIT(TestDatabase server) {
    this.server = server;
    this.databases = Databases.connect(file(), 4, "test");
  }

  @AfterEach
  void close() {
    databases.close();
  }

  @Test
  void isNearWhatPlainWideRowsGiveBack() {
    execute(
        """
        CREATE TABLE t (id bigint NOT NULL, at timestamptz NOT NULL, status text, note text, payload text NOT NULL);
        INSERT INTO t SELECT i, %s, CASE WHEN i %% 3 > 0 THEN 'finished' END,
                             repeat('n', i %% 200), substr(repeat(md5(i::text), 20), 1, 100 + i %% 400)
          FROM generate_series(1, 60000) i;
        ALTER TABLE t ADD PRIMARY KEY (id);
        """
            .formatted(AT_RANDOM));

    new Deletion(target()).comesWithin(PLAIN);
  }

  @Test
  void isNearWhatManyNarrowRowsWithIndexesGiveBack() {
    execute(
        """
        CREATE TABLE t (id bigint NOT NULL, at timestamptz NOT NULL, kind smallint, owner int NOT NULL);
        INSERT INTO t SELECT i, %s, i %% 100, hashint8(i) FROM generate_series(1, 300000) i;
        ALTER TABLE t ADD PRIMARY KEY (id);
        CREATE INDEX ON t (at);
        CREATE INDEX ON t (owner, kind);
        """
            .formatted(AT_RANDOM));

    new Deletion(target()).comesWithin(PLAIN);
  }

  @Test
  void isNearWhatValuesOutOfLineGiveBack() {
    execute(
        """
        CREATE TABLE t (id bigint NOT NULL, at timestamptz NOT NULL, html text, blob text);
        ALTER TABLE t ALTER blob SET STORAGE EXTERNAL;
        INSERT INTO t SELECT i, %s, CASE WHEN i %% 4 > 0 THEN repeat('compressible ', 50 + i %% 5000) || %s END,
                             CASE WHEN i %% 3 > 0 THEN %s END
          FROM generate_series(1, 12000) i;
        ALTER TABLE t ADD PRIMARY KEY (id);
        """
            .formatted(AT_RANDOM, NOISE.formatted("i % 100"), NOISE.formatted("1 + i % 220")));

    new Deletion(target()).comesWithin(TOASTED);
  }

  @Test
  void tellsRowsThatAreDueFromOthers() {
    execute(
        """
        CREATE TABLE t (id bigint NOT NULL, at timestamptz NOT NULL, open boolean NOT NULL, payload text);
        INSERT INTO t SELECT i, timestamptz '2020-01-01' + CASE WHEN i % 2 = 0 THEN -1 ELSE 1 END * interval '1 day',
                             i % 2 = 1, CASE WHEN i % 2 = 0 THEN repeat(md5(i::text), 100) ELSE 'small' END
          FROM generate_series(1, 40000) i;
        ALTER TABLE t ADD PRIMARY KEY (id);
        CREATE INDEX ON t (payload, at, id) WHERE open;
        """);

    new Deletion(target()).comesWithin(TOASTED);
  }

  @Test
  void takesChildrenTogether() {
    execute(
        """
        CREATE TABLE t (id bigint NOT NULL, at timestamptz NOT NULL);
        INSERT INTO t SELECT i, %s FROM generate_series(1, 20000) i;
        ALTER TABLE t ADD PRIMARY KEY (id);
        CREATE TABLE line (id bigint NOT NULL, t bigint NOT NULL, line text NOT NULL);
        INSERT INTO line SELECT i, 1 + i %% 20000, repeat('x', 20 + i %% 100) FROM generate_series(1, 100000) i;
        ALTER TABLE line ADD PRIMARY KEY (id);
        CREATE INDEX ON line (t);
        ALTER TABLE line ADD FOREIGN KEY (t) REFERENCES t ON DELETE CASCADE;
        """
            .formatted(AT_RANDOM));

    new Deletion(target()).comesWithin(PLAIN);
  }

  @Test
  void knowsNothingOfAnEmptyTable() {
    execute("CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL)");

    assertThat(SpaceModel.of(main(), target(), CUTOFF).rows().reusableBytes(0, 0)).isZero();
  }

  @Test
  void waitsForNobody() throws SQLException {
    execute("CREATE TABLE t (id bigint PRIMARY KEY, at timestamptz NOT NULL)");
    RowTarget target = target();
    try (Connection other = server.connect()) {
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("LOCK TABLE t");
      }
      long began = System.nanoTime();

      assertThatThrownBy(() -> SpaceModel.of(main(), target, CUTOFF))
          .hasMessageContaining("lock timeout");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    }
  }

  /** What is due goes, and children with it. */
  private final class Deletion {
    private final RowTarget target;
    private final List<TableShape> tables;

    private Deletion(RowTarget target) {
      this.target = target;
      this.tables =
          target.children().isEmpty()
              ? List.of(target.shape())
              : List.of(target.shape(), target.children().get(0).child());
    }

    void comesWithin(Percentage allowed) {
      SpaceModel model = SpaceModel.of(main(), target, CUTOFF);
      long[] before = tables.stream().mapToLong(this::size).toArray();
      long[][] held = tables.stream().map(this::held).toArray(long[][]::new);
      execute("DELETE FROM t WHERE at < '2020-01-01'");
      for (int i = 0; i < before.length; i++) {
        long[] left = held(tables.get(i));
        execute("VACUUM FULL " + tables.get(i).table().sql());
        long actual = before[i] - size(tables.get(i));
        SpaceEstimate its = i == 0 ? model.rows() : model.children();
        long estimate = its.reusableBytes(held[i][0] - left[0], held[i][1] - left[1]);
        assertThat(estimate)
            .as("of %s, whose logical bytes were %d", tables.get(i).table(), held[i][1] - left[1])
            .isCloseTo(actual, allowed);
      }
    }

    private long size(TableShape shape) {
      return numbers("SELECT pg_total_relation_size('%s'), 0".formatted(shape.table().sql()))[0];
    }

    private long[] held(TableShape shape) {
      return numbers(
          "SELECT count(*), coalesce(sum(%s), 0) FROM %s"
              .formatted(shape.rowBytes(), shape.table().sql()));
    }
  }

  private RowTarget target() {
    return requireNonNull(RowTargets.resolve(file(), databases).get("p"));
  }

  private PolicyFile file() {
    return PolicyFileReader.read(
        "p.yaml",
        """
        databases:
          main: { url: "%s", user: %s, password: "${P}" }
        policies:
          - { name: p, table: main.public.t, expire: { after: 30d, by: at } }
        """
            .formatted(server.jdbcUrl(), server.user()),
        name -> server.password());
  }

  private Database main() {
    return databases.get("main");
  }

  private long[] numbers(String sql) {
    return main()
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(sql)
                    .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)})
                    .one());
  }

  private void execute(String sql) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT setseed(0.25)");
      statement.execute(sql);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }
}

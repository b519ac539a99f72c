package dev.reclaim.worker;

import dev.reclaim.database.Databases;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The application that a test plays: a database, its tables and what is asked of them. */
public final class TestSystem implements AutoCloseable {
  private final TestDatabase server;
  private final Connection session;

  public TestSystem(TestDatabase server) throws SQLException {
    this.server = server;
    this.session = server.connect();
  }

  /** A policy file over this database, which it calls {@code main}. */
  public PolicyFile policies(String rest) {
    String databases =
        """
        databases:
          main: { url: "%s", user: %s, password: "${DB_PASSWORD}" }
        """
            .formatted(server.jdbcUrl(), server.user());
    return PolicyFileReader.read("policies.yaml", databases + rest, name -> server.password());
  }

  /** The database with Reclaim's schema in it. */
  public Databases open() {
    PolicyFile any =
        policies("policies: [{ name: p, table: main.s.t, expire: { after: P1D, by: c } }]");
    return Databases.open(any, 16, "test");
  }

  /** An empty schema of that name. */
  public void clean(String schema) throws SQLException {
    execute("SET client_min_messages = warning");
    execute("DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s".formatted(schema));
  }

  public void execute(String sql) throws SQLException {
    execute(session, sql);
  }

  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A session with a transaction of its own. */
  public Connection begin(String sql) throws SQLException {
    Connection other = server.connect();
    other.setAutoCommit(false);
    execute(other, sql);
    return other;
  }

  public long number(String sql) throws SQLException {
    return Long.parseLong(texts(sql).get(0));
  }

  /** The first column. */
  public List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  /** Ids of a table's rows in their order. */
  public List<String> ids(String table) throws SQLException {
    return texts("SELECT id::text FROM " + table + " ORDER BY 1");
  }

  /** What the rows take, by the definition of a row's bytes: the sum of its columns' sizes. */
  public long bytes(String table, String columns, String where) throws SQLException {
    String sizes =
        Arrays.stream(columns.split(", "))
            .map("coalesce(pg_column_size(%s), 0)"::formatted)
            .collect(Collectors.joining(" + "));
    return number("SELECT coalesce(sum(%s), 0) FROM %s WHERE %s".formatted(sizes, table, where));
  }

  /** A claim as some producer has sent it today. */
  public static ReceivedClaim received(Claim claim) {
    return received("test", UUID.randomUUID().toString(), claim);
  }

  public static ReceivedClaim received(String source, String id, Claim claim) {
    return new ReceivedClaim(
        new EventIdentity(source, id, LocalDate.now(ZoneOffset.UTC)),
        claim,
        ClaimId.digest(EventCodec.encode(claim)));
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}

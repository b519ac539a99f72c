package dev.reclaim.bench.neighbour;

import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client of the application: looks a job up (60 %), changes its status (25 %), or adds one with
 * three logs (15 %). It touches only jobs that have not expired.
 */
final class Mix implements AutoCloseable {
  private static final int LOGS = 3;

  private final SplittableRandom random;
  private final long[] ids;
  private final AtomicLong nextId;
  private final Connection connection;
  private final PreparedStatement select;
  private final PreparedStatement update;
  private final PreparedStatement insertJob;
  private final PreparedStatement insertLogs;
  private long inserted;

  /**
   * A client.
   *
   * @param ids jobs that have not expired
   * @param nextId where ids of new jobs and logs come from
   */
  Mix(Login login, String application, long seed, long[] ids, AtomicLong nextId)
      throws SQLException {
    this.random = new SplittableRandom(seed);
    this.ids = ids;
    this.nextId = nextId;
    this.connection = login.connect(application);
    connection.setAutoCommit(false);
    this.select = connection.prepareStatement("SELECT status, payload FROM jobs WHERE id = ?");
    this.update = connection.prepareStatement("UPDATE jobs SET status = ? WHERE id = ?");
    this.insertJob =
        connection.prepareStatement(
            "INSERT INTO jobs (id, created_at, status, payload) VALUES (?, now(), 'new', repeat('x', 328))");
    this.insertLogs =
        connection.prepareStatement(
            "INSERT INTO logs (id, job_id, line) SELECT ? + n, ?, 'started' FROM generate_series(1, %d) n"
                .formatted(LOGS));
  }

  /** One transaction. */
  void one() throws SQLException {
    int dice = random.nextInt(100);
    if (dice < 60) {
      look();
    } else if (dice < 85) {
      change();
    } else {
      add();
    }
    connection.commit();
  }

  private long anyId() {
    return ids[random.nextInt(ids.length)];
  }

  private void look() throws SQLException {
    select.setLong(1, anyId());
    try (ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("a job that has not expired is gone");
      }
    }
  }

  private void change() throws SQLException {
    update.setString(1, random.nextBoolean() ? "running" : "paused");
    update.setLong(2, anyId());
    if (update.executeUpdate() != 1) {
      throw new IllegalStateException("a job that has not expired is gone");
    }
  }

  private void add() throws SQLException {
    long id = nextId.getAndAdd(1 + LOGS);
    insertJob.setLong(1, id);
    insertJob.executeUpdate();
    insertLogs.setLong(1, id);
    insertLogs.setLong(2, id);
    insertLogs.executeUpdate();
    inserted += 1 + LOGS;
  }

  /** Rows that this client has added. */
  long inserted() {
    return inserted;
  }

  /** Ids of jobs that have not expired, and where new ones begin. */
  static long[] living(Login login, int most) throws SQLException {
    try (Connection connection = login.connect();
        Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                """
                SELECT array_agg(id) FROM (
                  SELECT id FROM jobs WHERE created_at >= now() - interval '30 days'
                   ORDER BY md5(id::text) LIMIT %d) AS living
                """
                    .formatted(most))) {
      found.next();
      Long[] ids = (Long[]) found.getArray(1).getArray();
      long[] plain = new long[ids.length];
      for (int i = 0; i < ids.length; i++) {
        plain[i] = ids[i];
      }
      return plain;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}

package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whose data it is: it plants rows and files that are due and some that are not, renews, refers to,
 * locks and deletes them, each on a thread of its own, and begins again when the database breaks
 * its connection.
 */
final class Application implements AutoCloseable {
  private static final Duration OLD = Duration.ofHours(30);
  private static final int SESSIONS = 60;
  private static final int JOBS = 20;
  private static final int FORGOTTEN = 4;

  private static final String SESSION =
      """
      INSERT INTO sessions
      SELECT n, CASE WHEN n % 6 = 0 THEN now() ELSE now() - interval '26 hours' END, repeat('x', (n % 70)::int)
        FROM generate_series(?, ?) n
       WHERE NOT EXISTS (SELECT 1 FROM planted WHERE tbl = 'sessions' AND key = n)
      """;

  private static final String JOB =
      """
      WITH made AS (
        INSERT INTO jobs
        SELECT n, CASE WHEN n % 7 = 0 THEN 'running' ELSE 'completed' END, 'mp' || n % 4, now() - interval '27 hours',
               CASE WHEN n % 3 = 0 THEN 'clips/' || n END
          FROM generate_series(?, ?) n
         WHERE NOT EXISTS (SELECT 1 FROM planted WHERE tbl = 'jobs' AND key = n)
        RETURNING id),
      kept AS (INSERT INTO assets SELECT id, id, NULL FROM made WHERE id % 5 = 0),
      clipped AS (INSERT INTO assets SELECT id, NULL, 'kept/' || id FROM made WHERE id % 10 = 1)
      INSERT INTO logs (job_id, line) SELECT id, repeat('y', (id % 90)::int) FROM made, generate_series(1, 2)
      """;

  private static final String RENEW = "UPDATE sessions SET seen_at = now() WHERE id = ?";

  private static final String LOCK_JOB =
      "SELECT id FROM jobs WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1 FOR KEY SHARE SKIP LOCKED";

  private static final String REFER =
      "INSERT INTO assets VALUES (?, ?, NULL) ON CONFLICT DO NOTHING";

  private static final String LOCK_SESSIONS =
      "SELECT id FROM sessions WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED";

  private static final List<String> DELETE =
      List.of(
          "DELETE FROM sessions WHERE id = ?",
          "DELETE FROM jobs WHERE id = ?",
          "DELETE FROM assets WHERE id = ?");

  private final Site site;
  private final AtomicLong next;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private Application(Site site, AtomicLong next) {
    this.site = site;
    this.next = next;
  }

  /**
   * Starts it.
   *
   * @param next id that nothing has had
   */
  static Application start(Site site, AtomicLong next, long seed) {
    Application application = new Application(site, next);
    application.actor("plants", seed, application::plant);
    application.actor("renews", seed + 1, application::renew);
    application.actor("refers", seed + 2, application::refer);
    application.actor("locks", seed + 3, application::lock);
    application.actor("deletes", seed + 4, application::delete);
    return application;
  }

  private interface Act {
    void on(Connection connection, Random random) throws SQLException, InterruptedException;
  }

  private void actor(String name, long seed, Act act) {
    Thread thread = new Thread(() -> act(act, new Random(seed)), "application-" + name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void act(Act act, Random random) {
    while (!stopped) {
      try (Connection connection = site.connect("chaos-application")) {
        while (!stopped) {
          act.on(connection, random);
        }
      } catch (SQLException e) {
        pause(100);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Rows first, and surely: a file that comes after its row is never one that nobody names. */
  private void plant(Connection connection, Random random)
      throws SQLException, InterruptedException {
    long first = next.getAndAdd(100);
    insert(SESSION, first, first + SESSIONS - 1);
    insert(JOB, first, first + JOBS - 1);
    Instant old = Instant.now().minus(OLD);
    for (long n = first; n < first + JOBS; n++) {
      if (n % 3 == 0) {
        site.store().plant("clips/" + n, content(n), old);
      }
      if (n % 10 == 1) {
        site.store().plant("kept/" + n, content(n), old);
      }
    }
    for (long n = first; n < first + FORGOTTEN; n++) {
      site.store().plant("forgotten/" + n, content(n), old);
    }
    TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(300));
  }

  /** Again and again until it is known to be there. */
  private void insert(String sql, long first, long last) throws InterruptedException {
    while (true) {
      try (Connection connection = site.connect("chaos-application");
          PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setLong(1, first);
        statement.setLong(2, last);
        statement.execute();
        return;
      } catch (SQLException e) {
        requireOutage(e);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }

  /** Errors of syntax and of constraints are the harness's own. */
  private static void requireOutage(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("42") || state.startsWith("23")) {
      throw new IllegalStateException("the application is wrong", e);
    }
  }

  private static byte[] content(long n) {
    return "z".repeat((int) (n % 300) + 1).getBytes(UTF_8);
  }

  private void renew(Connection connection, Random random)
      throws SQLException, InterruptedException {
    execute(connection, RENEW, recent(random));
    TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
  }

  /** As a foreign key would: it locks what it refers to. */
  private void refer(Connection connection, Random random)
      throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    long around = recent(random);
    try (PreparedStatement lock = connection.prepareStatement(LOCK_JOB)) {
      lock.setLong(1, around);
      lock.setLong(2, around + 20);
      try (ResultSet job = lock.executeQuery()) {
        if (job.next()) {
          TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
          try (PreparedStatement refer = connection.prepareStatement(REFER)) {
            refer.setLong(1, next.getAndIncrement());
            refer.setLong(2, job.getLong(1));
            refer.execute();
          }
        }
      }
    }
    connection.commit();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(100));
  }

  private void lock(Connection connection, Random random)
      throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    long around = recent(random);
    try (PreparedStatement lock = connection.prepareStatement(LOCK_SESSIONS)) {
      lock.setLong(1, around);
      lock.setLong(2, around + 100);
      lock.execute();
    }
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
    connection.rollback();
  }

  private void delete(Connection connection, Random random)
      throws SQLException, InterruptedException {
    execute(connection, DELETE.get(random.nextInt(DELETE.size())), recent(random));
    TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
  }

  private static void execute(Connection connection, String sql, long id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, id);
      statement.execute();
    }
  }

  private long recent(Random random) {
    return Math.max(1, next.get() - 1 - random.nextInt(600));
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends each at its next step, so that nothing is left half planted. */
  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(40));
    }
  }
}

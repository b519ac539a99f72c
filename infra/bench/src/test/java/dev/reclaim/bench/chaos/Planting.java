package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;

/** A little of everything: what has to go, and beside it what must not. */
final class Planting {
  private static final Duration OLD = Duration.ofHours(30);
  private static final int KEYS_MAX = 100_000;

  private static final String ROWS =
      """
      INSERT INTO sessions SELECT BASE + n, now() - interval '26 hours', repeat('x', n % 50) FROM generate_series(1, 2500) n;
      INSERT INTO sessions SELECT BASE + n, now(), 'in use' FROM generate_series(10001, 10050) n;
      INSERT INTO jobs
      SELECT BASE + n, CASE WHEN n % 10 = 0 THEN 'running' ELSE 'completed' END, 'mp' || n % 4, now() - interval '27 hours',
             CASE WHEN n % 3 = 0 THEN 'clips/' || BASE + n END
        FROM generate_series(1, 90) n;
      INSERT INTO logs (job_id, line) SELECT BASE + n, repeat('y', l * 7) FROM generate_series(1, 90) n, generate_series(1, 3) l;
      INSERT INTO assets SELECT BASE + n, BASE + n, NULL FROM generate_series(1, 15) n;
      INSERT INTO assets SELECT BASE + n, NULL, 'kept/' || BASE + n FROM generate_series(101, 110) n;
      """;

  private Planting() {}

  /**
   * Rows first: a file that comes after its row is never one that nobody names.
   *
   * @param time how often the site has been planted before
   */
  static void plant(Site site, int time) throws SQLException {
    int base = time * KEYS_MAX;
    try (Connection connection = site.connect("chaos-application");
        Statement statement = connection.createStatement()) {
      statement.execute(ROWS.replace("BASE", Integer.toString(base)));
    }
    Instant old = Instant.now().minus(OLD);
    for (int n = 3; n <= 90; n += 3) {
      site.store().plant("clips/" + (base + n), content(n), old);
    }
    for (int n = 1; n <= 40; n++) {
      site.store().plant("forgotten/" + (base + n), content(n), old);
    }
    for (int n = 101; n <= 110; n++) {
      site.store().plant("kept/" + (base + n), content(n), old);
    }
  }

  private static byte[] content(int n) {
    return "z".repeat(n).getBytes(UTF_8);
  }
}

package dev.reclaim.bench.contenders;

import dev.reclaim.bench.server.Login;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What Reclaim stands on and nothing else: the same key arrays in the same order on the same number
 * of connections, deleted over JDBC without a check, an event, a ledger or a count. The keys are
 * read before the clock runs.
 *
 * @param counting whether rows and bytes are summed as Reclaim does it: of what the cascade has
 *     taken, in a second session, before the commit
 */
public record BareArrays(int connections, int keysPerTransaction, boolean counting)
    implements Contender {
  private static final String DELETE =
      "DELETE FROM jobs USING unnest(?::bigint[]) AS k (id) WHERE jobs.id = k.id";

  private static final String COUNT_CHILDREN =
      """
      SELECT count(*), sum(pg_column_size(logs.id) + pg_column_size(job_id) + pg_column_size(line))
        FROM unnest(?::bigint[]) AS k (id) JOIN logs ON logs.job_id = k.id
      """;

  private static final String DELETE_COUNTED =
      """
      WITH gone AS (
        DELETE FROM jobs USING unnest(?::bigint[]) AS k (id) WHERE jobs.id = k.id
        RETURNING pg_column_size(jobs.id) + pg_column_size(created_at) + pg_column_size(status)
                  + pg_column_size(payload) AS bytes)
      SELECT count(*), sum(bytes) FROM gone
      """;

  @Override
  public String key() {
    return (counting ? "bareCounted" : "bare") + connections;
  }

  @Override
  public void take(Turn turn) throws Exception {
    Queue<Long[]> arrays;
    try (Connection connection = turn.login().connect()) {
      arrays = KeyArrays.read(connection, keysPerTransaction);
    }
    List<Future<?>> ends = new ArrayList<>();
    ExecutorService pool = Executors.newFixedThreadPool(connections);
    List<Connection> open = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * connections; i++) {
        open.add(connect(turn.login()));
      }
      long started = System.nanoTime();
      for (int i = 0; i < connections; i++) {
        Connection own = open.get(i);
        Connection aside = open.get(connections + i);
        ends.add(pool.submit(() -> work(own, aside, arrays)));
      }
      for (Future<?> end : ends) {
        Object unused = end.get();
      }
      turn.took(key(), System.nanoTime() - started);
    } finally {
      pool.shutdownNow();
      for (Connection connection : open) {
        connection.close();
      }
    }
  }

  private static Connection connect(Login login) throws SQLException {
    Connection connection = login.connect();
    try (Statement statement = connection.createStatement()) {
      // Without it the first arrays of a small table are planned as joins with all of it.
      statement.execute("SET plan_cache_mode = force_generic_plan");
    }
    connection.setAutoCommit(false);
    return connection;
  }

  private Void work(Connection own, Connection aside, Queue<Long[]> arrays) throws SQLException {
    try (PreparedStatement delete = own.prepareStatement(counting ? DELETE_COUNTED : DELETE);
        PreparedStatement count = aside.prepareStatement(COUNT_CHILDREN)) {
      for (Long[] keys = arrays.poll(); keys != null; keys = arrays.poll()) {
        Array array = own.createArrayOf("bigint", keys);
        delete.setArray(1, array);
        delete.execute();
        if (counting) {
          count.setArray(1, array);
          count.execute();
          aside.commit();
        }
        own.commit();
      }
      return null;
    }
  }
}

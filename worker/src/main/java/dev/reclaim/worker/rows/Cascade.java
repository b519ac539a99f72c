package dev.reclaim.worker.rows;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the database deletes along by itself, and how that is counted exactly: by asking another
 * session. To it the children are still there, just as they were when the cascade took them,
 * because until we commit nobody can change them or add to them. Only our own transaction could
 * have, by a trigger; its counters tell.
 */
final class Cascade {
  /**
   * Foreign keys whose deleting trigger is at work, with what this session has done to the tables
   * so far.
   *
   * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-trigger.html">pg_trigger</a>
   */
  private static final String AT_WORK =
      """
      SELECT c.conrelid::bigint AS child
        FROM unnest(?::text[], ?::text[]) AS link(referring, name)
        JOIN pg_constraint c ON c.conrelid = to_regclass(link.referring) AND c.conname = link.name
             AND c.contype = 'f' AND c.confdeltype = 'c' AND c.convalidated
        JOIN pg_trigger t ON t.tgconstraint = c.oid AND t.tgrelid = c.confrelid
             AND t.tgfoid = '"RI_FKey_cascade_del"'::regproc AND t.tgenabled IN ('O', 'A')
       WHERE current_setting('session_replication_role') = 'origin'
         AND current_setting('track_counts')::boolean
      """;

  /**
   * Counters of this session, which may hold something of transactions before.
   *
   * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">statistics of the
   *     current transaction</a>
   */
  private static final String COUNTERS =
      """
      SELECT coalesce(sum(pg_stat_get_xact_tuples_deleted(child::oid)), 0) AS deleted,
             coalesce(sum(pg_stat_get_xact_tuples_updated(child::oid)
                          + pg_stat_get_xact_tuples_inserted(child::oid)), 0) AS changed
        FROM unnest(?::bigint[]) AS child
      """;

  /**
   * A look, not a wait: what is asked may stand behind our own transaction in a queue. There are as
   * few groups as claims, so they are hashed and not sorted.
   */
  private static final String LIMITS =
      """
      SET LOCAL lock_timeout = '100ms';
      SET LOCAL statement_timeout = '20s';
      SET LOCAL plan_cache_mode = force_generic_plan;
      SET LOCAL enable_sort = off;
      SET TRANSACTION READ ONLY
      """;

  private final RowStatements statements;
  private final List<Long> tables;
  private final Counters before;

  private Cascade(RowStatements statements, List<Long> tables, Counters before) {
    this.statements = statements;
    this.tables = tables;
    this.before = before;
  }

  private record Counters(long deleted, long changed) {}

  /** Takes the rows of a result. */
  interface Rows {
    void accept(ResultSet result) throws SQLException;
  }

  /**
   * As the catalog is now, before anything is deleted; empty where children have to be deleted by
   * ourselves, first.
   */
  static Optional<Cascade> of(Connection connection, RowStatements statements, Defences defences)
      throws SQLException {
    RowTarget target = statements.target();
    if (target.children().isEmpty() || !plain(target, defences)) {
      return Optional.empty();
    }
    List<Long> tables = atWork(connection, target);
    return tables.size() == target.children().size()
        ? Optional.of(new Cascade(statements, tables, counters(connection, tables)))
        : Optional.empty();
  }

  /** Each child is reached once, by keys that cascade, and nobody else has a say in it. */
  private static boolean plain(RowTarget target, Defences defences) {
    Set<TableName> seen = new HashSet<>();
    return target.shape().kind() == TableShape.Kind.TABLE
        && !defences.any(target.policy().table())
        && target.children().stream()
            .allMatch(path -> seen.add(path.child().table()) && plain(path, defences));
  }

  private static boolean plain(ChildPath path, Defences defences) {
    return path.child().kind() == TableShape.Kind.TABLE
        && !defences.any(path.child().table())
        && path.links().stream()
            .allMatch(link -> link.cascade().isPresent() && link.partition().isEmpty());
  }

  private static List<Long> atWork(Connection connection, RowTarget target) throws SQLException {
    Map<String, String> keys = new HashMap<>();
    target.children().stream()
        .map(path -> path.links().get(path.links().size() - 1))
        .forEach(link -> keys.put(link.referring().table().sql(), link.cascade().orElseThrow()));
    List<Long> tables = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(AT_WORK)) {
      statement.setArray(1, connection.createArrayOf("text", keys.keySet().toArray()));
      statement.setArray(2, connection.createArrayOf("text", keys.values().toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          tables.add(rows.getLong("child"));
        }
      }
    }
    return tables;
  }

  private static Counters counters(Connection connection, List<Long> tables) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COUNTERS)) {
      statement.setArray(1, connection.createArrayOf("bigint", tables.toArray()));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Counters(row.getLong("deleted"), row.getLong("changed"));
      }
    }
  }

  /**
   * Counts what went along with rows that are deleted and not committed.
   *
   * @param sink gets the result for each table, as {@link RowStatements#deleteChildren} has it
   */
  void count(Database database, ClaimedKeys deleted, Rows sink) {
    database.aside(
        handle -> {
          try (var statement = handle.getConnection().createStatement()) {
            statement.execute(LIMITS);
          }
          for (ChildPath path : statements.target().children()) {
            try (PreparedStatement statement =
                    handle.getConnection().prepareStatement(statements.countChildren(path));
                ResultSet result = deleted.query(statement)) {
              sink.accept(result);
            }
          }
          return true;
        });
  }

  /**
   * Holds the count to what the transaction knows of itself.
   *
   * @throws UnevenException when they differ, or when the children were changed on their way
   */
  void requireAllCounted(Connection connection, long counted) throws SQLException {
    Counters now = counters(connection, tables);
    if (now.deleted() - before.deleted() != counted || now.changed() != before.changed()) {
      throw new UnevenException(
          "%d children were counted, %d deleted"
              .formatted(counted, now.deleted() - before.deleted()));
    }
  }
}

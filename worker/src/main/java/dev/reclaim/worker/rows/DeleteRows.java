package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.Claim;
import dev.reclaim.policy.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes locked rows with their children, all or by halves: a row that the database refuses, or
 * whose children are locked, is found under savepoints and left where it is; the others go.
 */
final class DeleteRows {
  /** Most savepoints spent on one batch: enough to find every refused row of the largest claim. */
  private static final int SAVEPOINTS_MAX = 2 * Claim.ENTRIES_MAX + 64;

  /** Most waits for a lock; what is unsettled then is left as locked for the next pass. */
  private static final int LOCK_TIMEOUTS_MAX = 64;

  private final RowQueries queries;
  private final RowStatements statements;
  private final Connection connection;
  private final KeyBatch keys;
  private final Defences defences;
  private final Deleted deleted = new Deleted();
  private int savepoints;
  private int lockTimeouts;

  DeleteRows(RowQueries queries, KeyBatch keys) throws SQLException {
    this.queries = queries;
    this.statements = queries.statements();
    this.connection = queries.connection();
    this.keys = keys;
    this.defences = Defences.of(connection, statements.target());
  }

  /** What was done, and who kept which row without an error. */
  private record Attempt(Deleted part, Map<Integer, String> kept) {}

  /** Deletes the rows at these positions of the batch. */
  Deleted delete(List<Integer> positions) throws SQLException {
    Map<Integer, String> held = queries.held(keys, positions);
    held.forEach(deleted::refused);
    List<Integer> free = positions.stream().filter(it -> !held.containsKey(it)).toList();
    if (!free.isEmpty()) {
      isolate(free);
    }
    return deleted;
  }

  private void isolate(List<Integer> positions) throws SQLException {
    if (++savepoints > SAVEPOINTS_MAX || lockTimeouts > LOCK_TIMEOUTS_MAX) {
      deleted.locked(positions);
      return;
    }
    Savepoint before = connection.setSavepoint();
    try {
      Attempt attempt = carryOut(positions);
      if (attempt.kept().isEmpty()) {
        connection.releaseSavepoint(before);
        deleted.add(attempt.part());
        return;
      }
      goBack(before);
      refuseTheSilent(positions, attempt.kept());
    } catch (SQLException e) {
      SqlFailure failure = SqlFailure.of(e);
      // The keys have been read before, so a value that does not fit is the business of a trigger.
      boolean refused = failure == SqlFailure.ROW_REFUSED || failure == SqlFailure.DATA;
      if (!refused && !lockTimeout(e)) {
        throw e;
      }
      lockTimeouts += refused ? 0 : 1;
      goBack(before);
      if (positions.size() > 1) {
        isolate(positions.subList(0, positions.size() / 2));
        isolate(positions.subList(positions.size() / 2, positions.size()));
      } else if (refused) {
        deleted.refused(positions.get(0), reason(e));
      } else {
        deleted.locked(positions);
      }
    }
  }

  private void goBack(Savepoint before) throws SQLException {
    connection.rollback(before);
    connection.releaseSavepoint(before);
  }

  /**
   * A trigger or rule that keeps a row without an error must not have done anything else about it,
   * and the row's children stay, too: the others go once more without it.
   */
  private void refuseTheSilent(List<Integer> positions, Map<Integer, String> kept)
      throws SQLException {
    kept.forEach(deleted::refused);
    List<Integer> others = positions.stream().filter(it -> !kept.containsKey(it)).toList();
    if (!others.isEmpty()) {
      isolate(others);
    }
  }

  private Attempt carryOut(List<Integer> positions) throws SQLException {
    KeyBatch batch = keys.at(positions);
    Attempt attempt = new Attempt(new Deleted(), new HashMap<>());
    for (ChildPath path : statements.target().children()) {
      deleteChildren(path, batch, attempt.part());
      TableName child = path.child().table();
      if (defences.any(child)) {
        keep(positions, batch, statements.childrenLeft(path), defences.who(child), attempt);
      }
    }
    if (attempt.kept().isEmpty()) {
      carryOutRows(positions, batch, attempt);
    }
    return attempt;
  }

  private void deleteChildren(ChildPath path, KeyBatch batch, Deleted part) throws SQLException {
    boolean unseen = defences.rules(path.child().table());
    String sql = unseen ? statements.weighChildren(path) : statements.deleteChildren(path);
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = query(statement, batch, unseen)) {
      while (result.next()) {
        part.children(
            statements.labels().read(result), result.getLong("rows"), result.getLong("bytes"));
      }
    }
    if (unseen) {
      batch.run(connection, statements.deleteChildrenUnseen(path));
    }
  }

  private static ResultSet query(PreparedStatement statement, KeyBatch batch, boolean unseen)
      throws SQLException {
    return unseen ? batch.query(statement) : ClaimedKeys.one(batch).query(statement);
  }

  private void carryOutRows(List<Integer> positions, KeyBatch batch, Attempt attempt)
      throws SQLException {
    TableName table = statements.target().policy().table();
    boolean unseen = defences.rules(table);
    try (PreparedStatement statement =
            connection.prepareStatement(unseen ? statements.weigh() : statements.carryOut());
        ResultSet result = query(statement, batch, unseen)) {
      while (result.next()) {
        List<Integer> done = done(positions, result.getArray("positions"));
        if (statements.target().policy().marks()) {
          attempt.part().marked(done);
        } else {
          attempt.part().rows(statements.labels().read(result), done, result.getLong("bytes"));
        }
      }
    }
    if (unseen) {
      batch.run(connection, statements.carryOutUnseen());
      keep(positions, batch, statements.left(), defences.who(table), attempt);
      return;
    }
    Set<Integer> gone = new HashSet<>(attempt.part().positions());
    positions.stream()
        .filter(position -> !gone.contains(position))
        .forEach(position -> attempt.kept().put(position, defences.who(table)));
  }

  private void keep(
      List<Integer> positions, KeyBatch batch, String left, String who, Attempt attempt)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(left);
        ResultSet rows = batch.query(statement)) {
      while (rows.next()) {
        attempt.kept().put(positions.get(rows.getInt("reclaim_ord") - 1), who);
      }
    }
  }

  private static List<Integer> done(List<Integer> positions, Array ordinals) throws SQLException {
    List<Integer> done = new ArrayList<>();
    if (ordinals != null) {
      for (Object ordinal : (Object[]) ordinals.getArray()) {
        done.add(positions.get(((Number) ordinal).intValue() - 1));
      }
    }
    return done;
  }

  private static boolean lockTimeout(SQLException e) {
    return "55P03".equals(e.getSQLState());
  }

  /**
   * The database's own first line names the constraint or the trigger's words; it holds no row
   * content.
   */
  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst("^ERROR: ", "");
  }
}

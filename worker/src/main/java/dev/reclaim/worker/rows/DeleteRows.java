package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.SqlFailure;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes locked rows with their children, all or by halves: a row that the database refuses, or
 * whose children are locked, is found under savepoints and left where it is; the others go.
 */
final class DeleteRows {
  /**
   * Most savepoints spent on one batch; what is unsettled then is left as locked for the next pass.
   */
  private static final int SAVEPOINTS_MAX = 256;

  private static final String WITHOUT_A_WORD = "a trigger or rule of the table";

  private final RowStatements statements;
  private final Connection connection;
  private final KeyBatch keys;
  private final Deleted deleted = new Deleted();
  private int savepoints;

  DeleteRows(RowStatements statements, Connection connection, KeyBatch keys) {
    this.statements = statements;
    this.connection = connection;
    this.keys = keys;
  }

  /** Deletes the rows at these positions of the batch. */
  Deleted delete(List<Integer> positions) throws SQLException {
    if (!positions.isEmpty()) {
      isolate(positions);
    }
    return deleted;
  }

  private void isolate(List<Integer> positions) throws SQLException {
    if (++savepoints > SAVEPOINTS_MAX) {
      deleted.locked(positions);
      return;
    }
    Savepoint before = connection.setSavepoint();
    try {
      carryOut(positions);
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      SqlFailure failure = SqlFailure.of(e);
      // The keys have been read before, so a value that does not fit is the business of a trigger.
      boolean refused = failure == SqlFailure.ROW_REFUSED || failure == SqlFailure.DATA;
      if (!refused && !lockTimeout(e)) {
        throw e;
      }
      connection.rollback(before);
      connection.releaseSavepoint(before);
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

  private void carryOut(List<Integer> positions) throws SQLException {
    KeyBatch batch = keys.at(positions);
    Deleted part = new Deleted();
    for (ChildPath path : statements.target().children()) {
      try (PreparedStatement statement =
          connection.prepareStatement(statements.deleteChildren(path))) {
        try (ResultSet result = batch.query(statement)) {
          while (result.next()) {
            part.children(
                statements.labels().read(result), result.getLong("rows"), result.getLong("bytes"));
          }
        }
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(statements.carryOut())) {
      try (ResultSet result = batch.query(statement)) {
        while (result.next()) {
          List<Integer> done = done(positions, result.getArray("positions"));
          if (statements.target().policy().marks()) {
            part.marked(done);
          } else {
            part.rows(statements.labels().read(result), done, result.getLong("bytes"));
          }
        }
      }
    }
    refuseTheSilent(positions, part.positions());
    deleted.add(part);
  }

  /** A trigger that returns NULL keeps its row without an error; its children must stay, too. */
  private void refuseTheSilent(List<Integer> positions, List<Integer> done) throws SQLException {
    if (done.size() == positions.size()) {
      return;
    }
    if (!statements.target().children().isEmpty()) {
      throw new SQLException(WITHOUT_A_WORD, "P0001");
    }
    Set<Integer> gone = new HashSet<>(done);
    positions.stream()
        .filter(position -> !gone.contains(position))
        .forEach(position -> deleted.refused(position, WITHOUT_A_WORD));
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

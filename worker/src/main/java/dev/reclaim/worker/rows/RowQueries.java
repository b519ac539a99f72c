package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget.Hold;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a deletion asks of its rows, in one transaction. Positions are those of the keys it is asked
 * about, from 0.
 */
record RowQueries(RowStatements statements, Connection connection) {

  /**
   * The claim's keys, each once.
   *
   * @throws InvalidEventException when one is no key of the table
   */
  KeyBatch distinct(ExpiredRecords claim) throws SQLException {
    KeyBatch all = keys(claim);
    try {
      return all.at(distinct(all));
    } catch (SQLException e) {
      if (isNoKey(e)) {
        throw new InvalidEventException(
            Refusal.WRONG_KEYS,
            "a key is no key of %s: SQL state %s".formatted(claimedTable(), e.getSQLState()),
            e);
      }
      throw e;
    }
  }

  /**
   * The claim's keys as they came.
   *
   * @throws InvalidEventException when they have not the columns of the table's key
   */
  KeyBatch keys(ExpiredRecords claim) {
    int width = statements.target().shape().primaryKey().size();
    if (claim.keys().get(0).size() != width) {
      throw new InvalidEventException(
          Refusal.WRONG_KEYS,
          "a key of %s has %d columns, the event's keys have %d"
              .formatted(claimedTable(), width, claim.keys().get(0).size()));
    }
    return statements.target().shape().keys(claim.keys());
  }

  private String claimedTable() {
    return statements.target().policy().table().toString();
  }

  /** Position of the first of equal keys. */
  List<Integer> distinct(KeyBatch keys) throws SQLException {
    return positions(keys, statements.distinct());
  }

  /** The statement is ours alone, so a syntax error in it is that of a type's own text form. */
  private static boolean isNoKey(SQLException e) {
    SqlFailure failure = SqlFailure.of(e);
    return failure == SqlFailure.DATA
        || failure == SqlFailure.ROW_REFUSED
        || "42601".equals(e.getSQLState());
  }

  /** Locks the rows that are due, passing over those that somebody else has locked. */
  List<LockedRow> lockDue(KeyBatch keys, Instant cutoff) throws SQLException {
    int files = statements.target().policy().files().size();
    List<LockedRow> locked = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(statements.lockDue(cutoff));
        ResultSet rows = keys.query(statement)) {
      while (rows.next()) {
        List<@Nullable String> references = new ArrayList<>(files);
        for (int column = 0; column < files; column++) {
          references.add(rows.getString(column + 2));
        }
        locked.add(new LockedRow(rows.getInt(1) - 1, references, statements.labels().read(rows)));
      }
    }
    return locked;
  }

  /** Which of the locked rows something refers to, as of now. */
  Set<Integer> guarded(KeyBatch keys, List<LockedRow> locked) throws SQLException {
    if (locked.isEmpty() || statements.target().predicate().guards().isEmpty()) {
      return Set.of();
    }
    List<Integer> positions = locked.stream().map(LockedRow::position).toList();
    Set<Integer> guarded = new HashSet<>();
    positions(keys.at(positions), statements.guarded())
        .forEach(index -> guarded.add(positions.get(index)));
    return guarded;
  }

  /**
   * Who holds which row by a foreign key, found before the rows are touched, because one statement
   * finds them all. A row that stays may hold another one of the batch, so it is asked until
   * nothing more is held.
   */
  Map<Integer, String> held(KeyBatch keys, List<Integer> positions) throws SQLException {
    List<Hold> holds = statements.target().holds();
    Map<Integer, String> all = new HashMap<>();
    List<Integer> free = positions;
    boolean found = !holds.isEmpty();
    while (found && !free.isEmpty()) {
      int before = all.size();
      try (PreparedStatement statement = connection.prepareStatement(statements.held(holds));
          ResultSet rows = keys.at(free).query(statement)) {
        while (rows.next()) {
          all.put(free.get(rows.getInt("reclaim_ord") - 1), "held by " + rows.getString("who"));
        }
      }
      free = free.stream().filter(position -> !all.containsKey(position)).toList();
      found = all.size() > before;
    }
    return all;
  }

  /** Which of the rows at these positions are there, and whether they are due. */
  Map<Integer, Boolean> there(KeyBatch keys, List<Integer> positions, Instant cutoff)
      throws SQLException {
    Map<Integer, Boolean> there = new HashMap<>();
    if (positions.isEmpty()) {
      return there;
    }
    try (PreparedStatement statement = connection.prepareStatement(statements.explain(cutoff));
        ResultSet rows = keys.at(positions).query(statement)) {
      while (rows.next()) {
        there.put(positions.get(rows.getInt("reclaim_ord") - 1), rows.getBoolean("due"));
      }
    }
    return there;
  }

  private List<Integer> positions(KeyBatch keys, String sql) throws SQLException {
    List<Integer> positions = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = keys.query(statement)) {
      while (rows.next()) {
        positions.add(rows.getInt(1) - 1);
      }
    }
    return positions;
  }
}

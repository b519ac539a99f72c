package dev.reclaim.simulation;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.scan.Scan;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Rows of a table that are due and that nothing refers to, in the order of their keys. */
final class FakeRowScan implements Scan {
  private static final int ROWS_MAX = 4;
  private static final int KEYS_MAX = 2;

  private final FakeDatabase database;
  private final String table;
  private final String run;
  private final Instant cutoff;
  private final FakeScans.Listener listener;

  FakeRowScan(
      FakeDatabase database,
      String table,
      String run,
      Instant cutoff,
      FakeScans.Listener listener) {
    this.database = database;
    this.table = table;
    this.run = run;
    this.cutoff = cutoff;
    this.listener = listener;
  }

  @Override
  public Batch next(String position) {
    List<Row> rows = read(position);
    List<Row> due = rows.stream().filter(row -> row.createdAt().isBefore(cutoff)).toList();
    List<String> keys =
        due.stream()
            .map(Row::key)
            .filter(key -> !(table.equals("jobs") && database.isReferredTo(key)))
            .toList();
    boolean last = rows.size() < ROWS_MAX;
    String next = rows.isEmpty() ? position : rows.get(rows.size() - 1).key();
    listener.found(next, keys);
    return new Batch(claims(keys), due.size() - keys.size(), 0, 0, next, last ? 1 : 0.5, last);
  }

  /** In a session that may end like any other. */
  private List<Row> read(String position) {
    FakeSession session = database.connect();
    try {
      List<Row> rows = new ArrayList<>();
      for (Object[] row : session.run("SCAN " + table, new Object[] {position}).all) {
        rows.add((Row) row[0]);
      }
      return rows.subList(0, Math.min(rows.size(), ROWS_MAX));
    } catch (SQLException e) {
      throw new DatabaseException(e);
    } finally {
      session.end();
    }
  }

  private List<Claim> claims(List<String> keys) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < keys.size(); i += KEYS_MAX) {
      List<List<String>> chunk =
          keys.subList(i, Math.min(keys.size(), i + KEYS_MAX)).stream().map(List::of).toList();
      claims.add(new ExpiredRecords(table, run, cutoff, chunk));
    }
    return claims;
  }

  @Override
  public void close() {
    // Its sessions are closed.
  }
}

package dev.reclaim.simulation;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Statements about rows of the application, clause by clause as their text has them. */
final class RowsStatements {
  private static final Pattern TABLE = Pattern.compile("ONLY \"public\"\\.\"(\\w+)\"");
  private static final int SLOW_ONE_IN = 2;
  private static final int SLOW_MS_MAX = 1_500;
  private static final String BEFORE_LOCKING = "assets before locking";

  private final FakeDatabase database;

  RowsStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(
        (session, values) -> Rows.of("ord", "rule", "name"), "FROM unnest", "pg_rewrite");
    statements.add(this::distinct, "SELECT min(reclaim_ord) AS ord");
    statements.add((session, values) -> scan(session, database.jobs, values), "SCAN jobs");
    statements.add((session, values) -> scan(session, database.sessions, values), "SCAN sessions");
    statements.read(LockDue::new, "SELECT reclaim_ord", "FOR UPDATE OF");
    statements.read(Explain::new, "SELECT reclaim_ord", "IS TRUE AS due");
    statements.read(Guarded::new, "SELECT reclaim_ord", "reclaim_ref");
    statements.read(Delete::new, "WITH gone AS", "DELETE FROM");
  }

  /** What a simulated scan asks for, in place of what real ones do. */
  private static Rows scan(FakeSession session, Table<String, Row> table, Object[] given) {
    String position = new Values(given).word(0);
    Rows rows = Rows.of("row");
    table.seenBy(session.transaction()).values().stream()
        .filter(row -> row.key().compareTo(position) > 0)
        .forEach(rows::add);
    return rows;
  }

  private static String table(String sql) {
    Matcher table = TABLE.matcher(sql);
    if (!table.find()) {
      throw new UnsupportedOperationException("no table of the simulation in " + sql);
    }
    return table.group(1);
  }

  private Rows distinct(FakeSession session, Object[] given) {
    Map<String, Integer> first = new LinkedHashMap<>();
    String[] keys = new Values(given).texts(0);
    for (int i = 0; i < keys.length; i++) {
      first.putIfAbsent(keys[i], i + 1);
    }
    Rows rows = Rows.of("ord");
    first.values().forEach(rows::add);
    return rows;
  }

  /** The clause that says which rows are due; without it all are. */
  private static final class Due {
    private static final Pattern CLAUSE =
        Pattern.compile(
            "\"created_at\" < LEAST\\(timestamptz '([^']+)', now\\(\\) - interval '(\\d+) seconds'\\)");

    private final @Nullable Instant cutoff;
    private final long seconds;

    Due(String sql) {
      Matcher clause = CLAUSE.matcher(sql);
      boolean there = clause.find();
      this.cutoff = there ? Instant.parse(clause.group(1)) : null;
      this.seconds = there ? Long.parseLong(clause.group(2)) : 0;
    }

    boolean of(Row row, Instant now) {
      return cutoff == null
          || (row.createdAt().isBefore(cutoff)
              && row.createdAt().isBefore(now.minusSeconds(seconds)));
    }
  }

  /** Reads which rows there are, and in a second step locks those that are still due. */
  private final class LockDue implements Behaviour {
    private final Table<String, Row> table;
    private final Due due;
    private final boolean files;
    private final boolean skips;

    LockDue(String sql) {
      this.table = database.rowsOf(table(sql));
      this.due = new Due(sql);
      this.files = sql.contains("\"url\"::text");
      this.skips = sql.contains("SKIP LOCKED");
    }

    @Override
    public Rows run(FakeSession session, Object[] given) throws SQLException {
      Transaction mine = session.transaction();
      mine.snapshots.put(BEFORE_LOCKING, new TreeMap<>(database.assets.committed));
      String[] keys = new Values(given).texts(0);
      takeTime(session);
      Rows rows = files ? Rows.of("reclaim_ord", "url") : Rows.of("reclaim_ord");
      for (int i = 0; i < keys.length; i++) {
        if (!table.seenBy(mine).containsKey(keys[i]) || !lock(session, keys[i])) {
          continue;
        }
        @Nullable Row row = table.seenBy(mine).get(keys[i]);
        if (row != null && due.of(row, mine.began)) {
          rows.add(files ? new Object[] {i + 1, row.url()} : new Object[] {i + 1});
        }
      }
      return rows;
    }

    /** Between its snapshot and its locks, which may be long. */
    private void takeTime(FakeSession session) throws SQLException {
      Scheduler scheduler = database.scheduler();
      boolean slow = session.machine.isTroubled() && scheduler.chance().oneIn(SLOW_ONE_IN);
      boolean unused =
          scheduler.await(() -> false, slow ? scheduler.chance().below(SLOW_MS_MAX) : 1);
      session.requireOpen();
    }

    private boolean lock(FakeSession session, String key) throws SQLException {
      if (!skips) {
        session.lock(table, key);
        return true;
      }
      return session.tryLock(table, key);
    }
  }

  private final class Explain implements Behaviour {
    private final Table<String, Row> table;
    private final Due due;

    Explain(String sql) {
      this.table = database.rowsOf(table(sql));
      this.due = new Due(sql);
    }

    @Override
    public Rows run(FakeSession session, Object[] given) {
      String[] keys = new Values(given).texts(0);
      Rows rows = Rows.of("reclaim_ord", "due");
      for (int i = 0; i < keys.length; i++) {
        @Nullable Row row = table.seenBy(session.transaction()).get(keys[i]);
        if (row != null) {
          rows.add(i + 1, due.of(row, session.transaction().began));
        }
      }
      return rows;
    }
  }

  private final class Guarded implements Behaviour {
    private final boolean looks;

    Guarded(String sql) {
      this.looks = sql.contains("\"public\".\"assets\"");
    }

    @Override
    public Rows run(FakeSession session, Object[] given) {
      Rows rows = Rows.of("reclaim_ord");
      String[] keys = new Values(given).texts(0);
      for (int i = 0; looks && i < keys.length; i++) {
        String key = keys[i];
        if (assets(session).values().stream().anyMatch(it -> it.job().equals(key))) {
          rows.add(i + 1);
        }
      }
      return rows;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // Put there by LockDue.
    private Map<String, Asset> assets(FakeSession session) {
      Transaction mine = session.transaction();
      return database.sabotage().is(Sabotage.Kind.GUARDS_BEFORE_LOCKS)
          ? (Map<String, Asset>) mine.snapshots.get(BEFORE_LOCKING)
          : database.assets.seenBy(mine);
    }
  }

  /** Locks what nobody has locked before, and looks again. */
  private final class Delete implements Behaviour {
    private final String name;
    private final Table<String, Row> table;
    private final Due due;

    Delete(String sql) {
      this.name = table(sql);
      this.table = database.rowsOf(name);
      this.due = new Due(sql);
    }

    @Override
    public Rows run(FakeSession session, Object[] given) throws SQLException {
      Values values = new Values(given);
      String[] keys = values.texts(0);
      Object[] starts = values.array(1);
      Map<Integer, List<Integer>> positions = new LinkedHashMap<>();
      Map<Integer, Long> bytes = new LinkedHashMap<>();
      for (int i = 0; i < keys.length; i++) {
        Optional<Row> gone = delete(session, keys[i]);
        if (gone.isPresent()) {
          int claim = claim(starts, i + 1);
          positions.computeIfAbsent(claim, it -> new ArrayList<>()).add(i + 1);
          bytes.merge(claim, gone.get().bytes(), Long::sum);
        }
      }
      Rows rows = Rows.of("claim", "positions", "bytes");
      positions.forEach((claim, its) -> rows.add(claim, its.toArray(), bytes.get(claim)));
      return rows;
    }

    private Optional<Row> delete(FakeSession session, String key) throws SQLException {
      Transaction mine = session.transaction();
      if (!table.seenBy(mine).containsKey(key)) {
        return Optional.empty();
      }
      session.lock(table, key);
      @Nullable Row row = table.seenBy(mine).get(key);
      if (row == null || !due.of(row, mine.began)) {
        return Optional.empty();
      }
      mine.put(table, key, Optional.empty());
      long lockedAt = mine.lockedAt.getOrDefault(new Transaction.Lock(table, key), 0L);
      mine.whenCommitted.add(() -> database.truth().add(gone(mine, row, lockedAt)));
      if (database.sabotage().is(Sabotage.Kind.ACCOUNT_APART)) {
        table.committed.remove(key);
        database.truth().add(gone(mine, row, lockedAt));
        mine.whenCommitted.clear();
      }
      return Optional.of(row);
    }

    private RowGone gone(Transaction mine, Row row, long lockedAt) {
      List<Asset> references =
          name.equals("jobs")
              ? database.assets.committed.values().stream()
                  .filter(it -> it.job().equals(row.key()))
                  .toList()
              : List.of();
      database
          .scheduler()
          .story()
          .tell("%s of %s is gone, by %s", row.key(), name, mine.session.machine.name());
      return new RowGone(name, row, mine.began, lockedAt, references);
    }

    private static int claim(Object[] starts, int ordinal) {
      int claim = 0;
      while (claim < starts.length && ((Number) starts[claim]).longValue() <= ordinal) {
        claim++;
      }
      return claim;
    }
  }
}

package dev.reclaim.worker.rows;

import dev.reclaim.database.Database;
import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Breakdown;
import dev.reclaim.worker.ledger.FollowUp;
import dev.reclaim.worker.ledger.KeptKeys;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one claim about rows in one transaction, top to bottom the steps of the package's
 * promise.
 *
 * <p>Errors of the database pass through as they are: nothing is left behind and the claim can be
 * tried again.
 */
public final class RowCleanup {
  /** Far below the consumer's poll interval, and short enough not to be felt by the application. */
  private static final String LIMITS =
      """
      SET LOCAL lock_timeout = '100ms';
      SET LOCAL statement_timeout = '30s';
      SET LOCAL idle_in_transaction_session_timeout = '30s';
      SET LOCAL synchronous_commit = on;
      SET CONSTRAINTS ALL IMMEDIATE
      """;

  private final Database database;
  private final RowTarget target;
  private final RowStatements statements;
  private final LinkedFileClaims linkedFiles;
  private final String worker;

  public RowCleanup(
      Database database, RowTarget target, LinkedFileClaims linkedFiles, String worker) {
    this.database = database;
    this.target = target;
    this.statements = new RowStatements(target);
    this.linkedFiles = linkedFiles;
    this.worker = worker;
  }

  /**
   * Carries the claim out, or finds that it was.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   */
  public Settled carryOut(ReceivedClaim received, ExpiredRecords claim, int attempt) {
    return database.inTransaction(
        handle -> {
          long started = System.nanoTime();
          limit(handle);
          if (!Ledger.open(handle, received)) {
            return replay(handle, received);
          }
          KeyBatch keys = distinctKeys(handle.getConnection(), claim);
          List<LockedRow> locked = lockDue(handle.getConnection(), keys, claim.cutoff());
          Set<Integer> guarded = guarded(handle.getConnection(), keys, locked);
          Deleted deleted = delete(handle.getConnection(), keys, locked, guarded);
          Kept kept = explain(handle.getConnection(), keys, locked, claim.cutoff());
          Account account = new Account(keys.size(), guarded.size(), deleted, kept);
          return settle(handle, received, claim, keys, locked, account, attempt, started);
        });
  }

  private static void limit(Handle handle) throws SQLException {
    try (var statement = handle.getConnection().createStatement()) {
      statement.execute(LIMITS);
    }
  }

  /**
   * A second statement, because the snapshot of the first is older than the other delivery's
   * commit. The transaction has changed nothing, so it may as well be committed.
   */
  private Settled replay(Handle handle, ReceivedClaim received) {
    return Ledger.read(handle, database.name(), received)
        .orElseThrow(
            () -> new IllegalStateException("ledger row vanished: " + received.identity()));
  }

  private KeyBatch distinctKeys(Connection connection, ExpiredRecords claim) throws SQLException {
    int width = target.shape().primaryKey().size();
    if (claim.keys().get(0).size() != width) {
      throw new InvalidEventException(
          Refusal.WRONG_KEYS,
          "a key of %s has %d columns, the event's keys have %d"
              .formatted(target.policy().table(), width, claim.keys().get(0).size()));
    }
    KeyBatch all = target.shape().keys(claim.keys());
    try (PreparedStatement statement = connection.prepareStatement(statements.distinct())) {
      return all.at(positions(all, statement));
    } catch (SQLException e) {
      if (isNoKey(e)) {
        throw new InvalidEventException(
            Refusal.WRONG_KEYS,
            "a key is no key of %s: SQL state %s"
                .formatted(target.policy().table(), e.getSQLState()),
            e);
      }
      throw e;
    }
  }

  /** The statement is ours alone, so a syntax error in it is that of a type's own text form. */
  private static boolean isNoKey(SQLException e) {
    SqlFailure failure = SqlFailure.of(e);
    return failure == SqlFailure.DATA
        || failure == SqlFailure.ROW_REFUSED
        || "42601".equals(e.getSQLState());
  }

  private List<LockedRow> lockDue(Connection connection, KeyBatch keys, Instant cutoff)
      throws SQLException {
    int files = target.policy().files().size();
    List<LockedRow> locked = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(statements.lockDue(cutoff))) {
      try (ResultSet rows = keys.query(statement)) {
        while (rows.next()) {
          List<@Nullable String> references = new ArrayList<>(files);
          for (int column = 0; column < files; column++) {
            references.add(rows.getString(column + 2));
          }
          locked.add(new LockedRow(rows.getInt(1) - 1, references, statements.labels().read(rows)));
        }
      }
    }
    return locked;
  }

  private Set<Integer> guarded(Connection connection, KeyBatch keys, List<LockedRow> locked)
      throws SQLException {
    if (locked.isEmpty() || target.predicate().guards().isEmpty()) {
      return Set.of();
    }
    List<Integer> positions = locked.stream().map(LockedRow::position).toList();
    Set<Integer> guarded = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(statements.guarded())) {
      positions(keys.at(positions), statement).forEach(index -> guarded.add(positions.get(index)));
    }
    return guarded;
  }

  private Deleted delete(
      Connection connection, KeyBatch keys, List<LockedRow> locked, Set<Integer> guarded)
      throws SQLException {
    List<Integer> positions =
        locked.stream()
            .map(LockedRow::position)
            .filter(position -> !guarded.contains(position))
            .toList();
    return positions.isEmpty()
        ? new Deleted()
        : new DeleteRows(statements, connection, keys).delete(positions);
  }

  /** Why the rows that we did not get to lock are not ours to delete, as seen now. */
  private Kept explain(Connection connection, KeyBatch keys, List<LockedRow> locked, Instant cutoff)
      throws SQLException {
    Set<Integer> ours = new HashSet<>();
    locked.forEach(row -> ours.add(row.position()));
    List<Integer> others =
        IntStream.range(0, keys.size()).filter(i -> !ours.contains(i)).boxed().toList();
    if (others.isEmpty()) {
      return Kept.NOTHING;
    }
    int due = 0;
    int there = 0;
    try (PreparedStatement statement = connection.prepareStatement(statements.explain(cutoff))) {
      try (ResultSet rows = keys.at(others).query(statement)) {
        while (rows.next()) {
          there++;
          due += rows.getBoolean("due") ? 1 : 0;
        }
      }
    }
    return new Kept(due, there - due, others.size() - there);
  }

  private Settled settle(
      Handle handle,
      ReceivedClaim received,
      ExpiredRecords claim,
      KeyBatch keys,
      List<LockedRow> locked,
      Account account,
      int attempt,
      long started) {
    Set<Integer> positions = new HashSet<>(account.deleted().positions());
    List<LockedRow> gone =
        locked.stream().filter(row -> positions.contains(row.position())).toList();
    LinkedFileClaims.Drawn drawn = linkedFiles.draw(received, claim, gone);
    Instant completedAt = Ledger.completedAt(handle);
    CleanupOutcome outcome =
        new CleanupOutcome(
            received.identity(),
            claim.policy(),
            claim.run(),
            claim.kind(),
            account.counts(target.policy().marks()),
            account.reclaimed(target.policy().marks()),
            account.children(),
            account.labelled(target.policy().marks(), gone),
            account.notes(drawn.unreadable()),
            Duration.ofNanos(System.nanoTime() - started).truncatedTo(ChronoUnit.MICROS),
            attempt,
            worker,
            completedAt);
    List<FollowUp> followUps = drawn.followUps(completedAt);
    Settled settled = new Settled(database.name(), outcome, followUps);
    Ledger.close(
        handle,
        received,
        settled,
        KeptKeys.wanted(handle, claim.run())
            ? account.deleted().positions().stream().sorted().map(i -> keys.keys().get(i)).toList()
            : List.of());
    return settled;
  }

  private static List<Integer> positions(KeyBatch keys, PreparedStatement statement)
      throws SQLException {
    List<Integer> positions = new ArrayList<>();
    try (ResultSet rows = keys.query(statement)) {
      while (rows.next()) {
        positions.add(rows.getInt(1) - 1);
      }
    }
    return positions;
  }

  /** Rows that were not locked by us: locked by somebody else, no longer due, no longer there. */
  record Kept(int lockedElsewhere, int changed, int missing) {
    static final Kept NOTHING = new Kept(0, 0, 0);
  }

  /** The sums of one claim. */
  record Account(int distinct, int guarded, Deleted deleted, Kept kept) {
    OutcomeCounts counts(boolean marks) {
      int done = deleted.positions().size();
      OutcomeCounts counts =
          new OutcomeCounts(
              marks ? 0 : done,
              0,
              marks ? done : 0,
              guarded,
              0,
              deleted.refused().size(),
              deleted.locked().size() + (long) kept.lockedElsewhere(),
              kept.changed(),
              kept.missing(),
              0);
      if (counts.sum() != distinct) {
        throw new IllegalStateException("the counts " + counts + " do not sum to " + distinct);
      }
      return counts;
    }

    Reclaimed reclaimed(boolean marks) {
      return marks
          ? Reclaimed.NOTHING
          : new Reclaimed(deleted.positions().size(), 0, deleted.rowBytes()).plus(children());
    }

    Reclaimed children() {
      return new Reclaimed(deleted.childRows(), 0, deleted.childBytes());
    }

    /** A marked row by the labels that it had before. */
    List<LabelledPart> labelled(boolean marks, List<LockedRow> done) {
      if (!marks) {
        return deleted.breakdown().parts();
      }
      Breakdown breakdown = new Breakdown();
      done.forEach(row -> breakdown.add(row.labels(), 0, 1, Reclaimed.NOTHING));
      return breakdown.parts();
    }

    List<String> notes(List<String> unreadable) {
      List<String> notes = new ArrayList<>();
      note(notes, guarded, "kept, something refers to it");
      note(notes, kept.changed(), "kept, not due by the policy: renewed, or never expired");
      note(
          notes,
          kept.lockedElsewhere() + deleted.locked().size(),
          "kept, locked by another session");
      note(notes, kept.missing(), "already gone");
      deleted.refusals().forEach((by, rows) -> notes.add(rows + " refused: " + by));
      notes.addAll(unreadable);
      return notes;
    }

    private static void note(List<String> notes, int rows, String why) {
      if (rows > 0) {
        notes.add(rows + " " + why);
      }
    }
  }
}

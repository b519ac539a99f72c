package dev.reclaim.worker.rows;

import dev.reclaim.database.Database;
import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.rows.RowOutcomes.Deed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Deletes the rows of several claims at once, in the order of their keys, and accounts for each
 * claim by itself. Whatever is not plain sailing ends it, to be done claim by claim.
 *
 * <p>Where nothing else can keep a row than that it is not due, the statement that deletes asks for
 * that itself: it locks, looks at the newest version of the row and deletes in one go. Otherwise
 * rows are locked first, and what keeps them is asked in later statements.
 */
final class SharedDeletion {
  private final Database database;
  private final RowStatements statements;
  private final RowTarget target;
  private final Connection connection;
  private final RowQueries queries;

  SharedDeletion(Database database, RowStatements statements, Connection connection) {
    this.database = database;
    this.statements = statements;
    this.target = statements.target();
    this.connection = connection;
    this.queries = new RowQueries(statements, connection);
  }

  /** What has been found out about the rows so far. */
  private static final class Progress {
    private final ClaimedKeys keys;
    private final List<Deleted> deleted = new ArrayList<>();
    private List<LockedRow> locked = List.of();
    private Set<Integer> guarded = Set.of();
    private final BitSet ours = new BitSet();

    Progress(ClaimedKeys keys) {
      this.keys = keys;
      for (int i = 0; i < keys.claims(); i++) {
        deleted.add(new Deleted());
      }
    }

    int claimOf(int position) {
      int found = Collections.binarySearch(keys.starts(), position);
      return found >= 0 ? found : -found - 2;
    }
  }

  /**
   * Deletes.
   *
   * @throws UnevenException when the claims have to be carried out one by one
   */
  List<Deed> carryOut(List<ReceivedClaim> claims) throws SQLException {
    Instant cutoff = ((ExpiredRecords) claims.get(0).claim()).cutoff();
    ClaimedKeys keys =
        ClaimedKeys.of(
            claims.stream().map(it -> queries.keys((ExpiredRecords) it.claim())).toList());
    Progress progress = new Progress(keys);
    Defences defences = Defences.of(connection, target);
    if (defences.anyRule()) {
      throw new UnevenException("rules decide what happens to rows");
    }
    Optional<Cascade> cascade = Cascade.of(connection, statements, defences);
    if (mayGoAtOnce(cascade, defences)) {
      deleteDue(progress, cutoff);
    } else {
      lockAndDelete(progress, cutoff, cascade, defences);
    }
    if (cascade.isPresent()) {
      countChildren(progress, cascade.get());
    }
    return deeds(claims, progress, cutoff);
  }

  private boolean mayGoAtOnce(Optional<Cascade> cascade, Defences defences) {
    return !target.policy().marks()
        && target.policy().files().isEmpty()
        && target.predicate().guards().isEmpty()
        && target.holds().isEmpty()
        && (target.children().isEmpty() || cascade.isPresent())
        && !defences.any(target.policy().table());
  }

  /** It cannot skip locked rows, so it waits for none of them longer than nobody would notice. */
  private void deleteDue(Progress progress, Instant cutoff) throws SQLException {
    try (var limit = connection.createStatement()) {
      limit.execute("SET LOCAL lock_timeout = '20ms'");
    }
    deleteRows(progress, all(progress.keys), statements.deleteDue(cutoff));
  }

  private void lockAndDelete(
      Progress progress, Instant cutoff, Optional<Cascade> cascade, Defences defences)
      throws SQLException {
    KeyBatch batch = progress.keys.batch();
    progress.locked = queries.lockDue(batch, cutoff);
    progress.locked.forEach(row -> progress.ours.set(row.position()));
    progress.guarded = queries.guarded(batch, progress.locked);
    List<Integer> free =
        progress.locked.stream()
            .map(LockedRow::position)
            .filter(position -> !progress.guarded.contains(position))
            .toList();
    Map<Integer, String> held = queries.held(batch, free);
    held.forEach(
        (position, by) -> progress.deleted.get(progress.claimOf(position)).refused(position, by));
    List<Integer> going = free.stream().filter(it -> !held.containsKey(it)).toList();
    if (going.isEmpty()) {
      return;
    }
    if (!cascade.isPresent()) {
      for (ChildPath path : target.children()) {
        deleteChildren(progress, going, path, defences);
      }
    }
    if (deleteRows(progress, going, statements.carryOut()) != going.size()) {
      throw new UnevenException("a trigger keeps a row, or a key is there twice");
    }
  }

  private int deleteRows(Progress progress, List<Integer> positions, String sql)
      throws SQLException {
    int rows = 0;
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet result = progress.keys.at(positions).query(statement)) {
      while (result.next()) {
        List<Integer> done = new ArrayList<>();
        for (Object ordinal : (Object[]) result.getArray("positions").getArray()) {
          int position = positions.get(((Number) ordinal).intValue() - 1);
          done.add(position);
          progress.ours.set(position);
        }
        Deleted of = progress.deleted.get(result.getInt("claim") - 1);
        if (target.policy().marks()) {
          of.marked(done);
        } else {
          of.rows(statements.labels().read(result), done, result.getLong("bytes"));
        }
        rows += done.size();
      }
    }
    return rows;
  }

  private void deleteChildren(
      Progress progress, List<Integer> going, ChildPath path, Defences defences)
      throws SQLException {
    ClaimedKeys keys = progress.keys.at(going);
    try (PreparedStatement statement =
            connection.prepareStatement(statements.deleteChildren(path));
        ResultSet result = keys.query(statement)) {
      children(progress, result);
    }
    if (defences.any(path.child().table())) {
      try (PreparedStatement left = connection.prepareStatement(statements.childrenLeft(path));
          ResultSet rows = keys.batch().query(left)) {
        if (rows.next()) {
          throw new UnevenException("a trigger keeps a child");
        }
      }
    }
  }

  private void countChildren(Progress progress, Cascade cascade) throws SQLException {
    List<Integer> done =
        progress.deleted.stream().flatMap(it -> it.positions().stream()).sorted().toList();
    if (!done.isEmpty()) {
      ClaimedKeys keys = progress.keys.at(done);
      cascade.count(database, keys, result -> children(progress, result));
      cascade.requireAllCounted(
          connection, progress.deleted.stream().mapToLong(Deleted::childRows).sum());
    }
  }

  private void children(Progress progress, ResultSet result) throws SQLException {
    while (result.next()) {
      progress
          .deleted
          .get(result.getInt("claim") - 1)
          .children(
              statements.labels().read(result), result.getLong("rows"), result.getLong("bytes"));
    }
  }

  private List<Deed> deeds(List<ReceivedClaim> claims, Progress progress, Instant cutoff)
      throws SQLException {
    KeyBatch batch = progress.keys.batch();
    List<Integer> others =
        all(progress.keys).stream().filter(it -> !progress.ours.get(it)).toList();
    Map<Integer, Boolean> there = queries.there(batch, others, cutoff);
    List<Deed> deeds = new ArrayList<>();
    for (int i = 0; i < claims.size(); i++) {
      int claim = i;
      List<Integer> positions = progress.keys.positions(claim);
      List<Integer> left = positions.stream().filter(it -> !progress.ours.get(it)).toList();
      requireDistinct(batch, positions, left);
      int guarded = (int) positions.stream().filter(progress.guarded::contains).count();
      List<LockedRow> locked =
          progress.locked.stream()
              .filter(row -> progress.claimOf(row.position()) == claim)
              .toList();
      deeds.add(
          new Deed(
              claims.get(claim),
              batch,
              locked,
              new RowAccount(
                  positions.size(),
                  guarded,
                  progress.deleted.get(claim),
                  RowAccount.Kept.of(left, there))));
    }
    return deeds;
  }

  /** Where every row of a claim was ours no key can be there twice. */
  private void requireDistinct(KeyBatch batch, List<Integer> positions, List<Integer> left)
      throws SQLException {
    if (!left.isEmpty() && queries.distinct(batch.at(positions)).size() < positions.size()) {
      throw new UnevenException("a key is there twice");
    }
  }

  private static List<Integer> all(ClaimedKeys keys) {
    return IntStream.range(0, keys.batch().size()).boxed().toList();
  }
}

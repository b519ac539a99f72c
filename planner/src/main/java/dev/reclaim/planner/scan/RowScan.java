package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * Rows of one table by ranges of heap blocks: no index needed, keys in heap order, each range in a
 * transaction of its own that is cut to last some hundred milliseconds.
 *
 * <p>A position is {@code relation:block}. A row that moves meanwhile is missed and belongs to the
 * next run.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-query.html">TID range
 *     scans</a>
 */
public final class RowScan implements Scan {
  /** A batch is sent when it has as many; no range has more. */
  private static final int KEYS_PER_BATCH = 20_000;

  private static final long BLOCKS_FIRST = 256;
  private static final long BLOCKS_MAX = 8_192;
  private static final long RANGE_TARGET_MS = 250;

  /** A batch with fewer keys ends then, so that the run's position stays close behind. */
  private static final long BATCH_MS = 2_000;

  static final String LIMITS =
      "SET LOCAL statement_timeout = '20s'; SET LOCAL lock_timeout = '2s'; SET TRANSACTION READ ONLY";

  private final Database database;
  private final RowTarget target;
  private final String run;
  private final Instant cutoff;
  private final List<Heap> heaps;
  private long blocksPerRange = BLOCKS_FIRST;

  /** A scan of the whole table. */
  public RowScan(Database database, RowTarget target, String run, Instant cutoff) {
    this(database, target, run, cutoff, Set.of());
  }

  /**
   * A scan that sees the table's size as it is now.
   *
   * @param cutoff rows older than this are claimed
   * @param leftOut relations of the table whose rows are not looked at, by their quoted names
   * @throws UserException of kind WAITING when the policy asks for orphans and no parent is left
   */
  public RowScan(
      Database database, RowTarget target, String run, Instant cutoff, Set<String> leftOut) {
    this.database = database;
    this.target = target;
    this.run = run;
    this.cutoff = cutoff;
    this.heaps =
        database
            .jdbi()
            .withHandle(handle -> HeapRelations.of(handle, target.policy().table()))
            .stream()
            .filter(heap -> !leftOut.contains(heap.name()))
            .toList();
    requireParents();
  }

  /** A parent table without a row looks like a lost table and not like orphans. */
  private void requireParents() {
    Optional<String> any = target.predicate().anyParent();
    if (any.isPresent() && !database.inTransaction(handle -> isTrue(handle, any.get()))) {
      throw new UserException(
          Kind.WAITING,
          "policy \"%s\" stops before it claims a row: the parent table has no row at all, so that every row would be an orphan. If that is right, say it by expire.when"
              .formatted(target.policy().name()));
    }
  }

  private static boolean isTrue(Handle handle, String sql) throws SQLException {
    try (var statement = handle.getConnection().createStatement();
        ResultSet row = statement.executeQuery("SELECT " + sql)) {
      return row.next() && row.getBoolean(1);
    }
  }

  @Override
  public Batch next(String position) {
    HeapPosition at = HeapPosition.parse(position, heaps);
    Range found = new Range();
    long ends = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BATCH_MS);
    while (!at.beyond(heaps)
        && found.keys.size() < KEYS_PER_BATCH
        && System.nanoTime() - ends < 0) {
      HeapPosition from = at;
      long blocks = Math.min(blocksPerRange, from.blocksLeft(heaps));
      if (blocks > 0 && !read(from, blocks, found)) {
        continue;
      }
      at = from.forward(blocks, heaps);
    }
    return new Batch(
        claims(found.keys),
        found.guarded,
        found.undated,
        at.text(heaps),
        at.progress(heaps),
        at.beyond(heaps));
  }

  /** Reads one range; false when it is too much and has to be tried in smaller pieces. */
  private boolean read(HeapPosition from, long blocks, Range found) {
    long started = System.nanoTime();
    Range range;
    try {
      range = database.inTransaction(handle -> read(handle, from, blocks));
    } catch (RuntimeException e) {
      if (SqlFailure.of(e) == SqlFailure.CONTENTION && blocksPerRange > 1) {
        blocksPerRange = Math.max(1, blocksPerRange / 4);
        return false;
      }
      throw e;
    }
    if (range.size() > KEYS_PER_BATCH) {
      blocksPerRange = Math.max(1, blocks / 4);
      return false;
    }
    found.keys.addAll(range.keys);
    found.guarded += range.guarded;
    found.undated += range.undated;
    pace((System.nanoTime() - started) / 1_000_000, range.size());
    return true;
  }

  private void pace(long tookMs, long rows) {
    if (tookMs > 2 * RANGE_TARGET_MS) {
      blocksPerRange = Math.max(1, blocksPerRange / 2);
    } else if (tookMs < RANGE_TARGET_MS / 2 && rows < KEYS_PER_BATCH / 4) {
      blocksPerRange = Math.min(BLOCKS_MAX, blocksPerRange * 2);
    }
  }

  private Range read(Handle handle, HeapPosition from, long blocks) throws SQLException {
    Range range = new Range();
    int width = target.shape().primaryKey().size();
    try (var limits = handle.getConnection().createStatement()) {
      limits.execute(LIMITS);
    }
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql(from, blocks));
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        if (rows.getBoolean(width + 1)) {
          range.guarded++;
          continue;
        }
        if (rows.getBoolean(width + 2)) {
          range.undated++;
          continue;
        }
        List<String> key = new ArrayList<>(width);
        for (int column = 1; column <= width; column++) {
          key.add(rows.getString(column));
        }
        range.keys.add(key);
      }
    }
    return range;
  }

  private String sql(HeapPosition from, long blocks) {
    return """
    SELECT %s, CASE WHEN (%s) IS TRUE THEN FALSE ELSE %s END AS guarded, (%s) IS TRUE AS undated
      FROM ONLY %s AS %s
     WHERE %s.ctid >= '(%d,0)'::tid AND %s.ctid < '(%d,0)'::tid
       AND %s
     LIMIT %d
    """
        .formatted(
            target.shape().keyTexts(),
            target.predicate().undated(),
            target.predicate().guarded(),
            target.predicate().undated(),
            heaps.get(from.heap()).name(),
            target.policy().table().alias(),
            target.policy().table().alias(),
            from.block(),
            target.policy().table().alias(),
            from.block() + blocks,
            target.predicate().expiredOrUndated(cutoff),
            KEYS_PER_BATCH + 1);
  }

  private List<Claim> claims(List<List<String>> keys) {
    List<Claim> claims = new ArrayList<>();
    for (List<List<String>> chunk :
        ClaimChunks.of(keys, key -> 3 + key.stream().mapToInt(ClaimChunks::jsonBytes).sum())) {
      claims.add(new ExpiredRecords(target.policy().name(), run, cutoff, chunk));
    }
    return claims;
  }

  @Override
  public void close() {}

  private static final class Range {
    private final List<List<String>> keys = new ArrayList<>();
    private long guarded;
    private long undated;

    private long size() {
      return keys.size() + guarded + undated;
    }
  }
}

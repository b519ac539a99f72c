package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Rows of a relation by ranges of heap blocks: no index needed, each range in a transaction of its
 * own that is cut to last some hundred milliseconds.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-query.html">TID range
 *     scans</a>
 */
final class HeapRanges {
  private static final long BLOCKS_FIRST = 256;
  private static final long BLOCKS_MAX = 8_192;

  /** A range that is only slow is not cut below: what each costs besides may be what is slow. */
  private static final long BLOCKS_SLOW_MIN = 64;

  private static final long RANGE_TARGET_MS = 250;

  private final Database database;
  private final String alias;
  private final RowQuery query;
  private final Optional<AgeOrder> order;
  private long blocksPerRange = BLOCKS_FIRST;

  HeapRanges(Database database, RowTarget target, RowQuery query, Optional<AgeOrder> order) {
    this.database = database;
    this.alias = target.policy().table().alias();
    this.query = query;
    this.order = order;
  }

  /** Reads the next range. */
  RowPart read(RowPosition from) {
    long blocks = Math.min(blocksPerRange, from.all() - from.done());
    long started = System.nanoTime();
    FoundRows found;
    try {
      found = database.inTransaction(handle -> read(handle, from, blocks));
    } catch (RuntimeException e) {
      if (SqlFailure.of(e) == SqlFailure.CONTENTION && blocks > 1) {
        blocksPerRange = Math.max(1, blocks / 4);
        return RowPart.again(from);
      }
      throw e;
    }
    if (found.tooMuch() && blocks > 1) {
      blocksPerRange = Math.max(1, blocks / 4);
      return RowPart.again(from);
    }
    pace((System.nanoTime() - started) / 1_000_000, found.size());
    RowPosition next = from.forward(blocks, from.after());
    return new RowPart(found, Optional.of(next).filter(it -> it.done() < it.all()));
  }

  private void pace(long tookMs, long rows) {
    if (tookMs > 2 * RANGE_TARGET_MS) {
      blocksPerRange = Math.min(blocksPerRange, Math.max(BLOCKS_SLOW_MIN, blocksPerRange / 2));
    } else if (tookMs < RANGE_TARGET_MS / 2 && rows < FoundRows.ROWS_MAX / 2) {
      blocksPerRange = Math.min(BLOCKS_MAX, blocksPerRange * 2);
    }
  }

  private FoundRows read(Handle handle, RowPosition from, long blocks) throws SQLException {
    RowQuery.limit(handle);
    String range =
        "%1$s.ctid >= '(%2$d,0)'::tid AND %1$s.ctid < '(%3$d,0)'::tid"
            .formatted(alias, from.done(), from.done() + blocks);
    return query.read(
        handle,
        from,
        from.after().isEmpty() ? range : range + " AND " + order.orElseThrow().behind(from.after()),
        blocks > 1 ? "LIMIT " + (FoundRows.ROWS_MAX + 1) : "",
        blocks > 1 ? FoundRows.bounded() : FoundRows.whole());
  }
}

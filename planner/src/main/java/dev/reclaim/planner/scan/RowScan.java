package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import dev.reclaim.planner.scan.Refusals.Refusal;
import dev.reclaim.planner.scan.RowPosition.Way;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of one table, each of its relations by ranges of heap blocks or by pages of an index,
 * whichever costs less; a batch's keys are in heap order.
 *
 * <p>A row is found once, as it was when the scan began: what changes meanwhile belongs to the next
 * pass or run.
 */
public final class RowScan implements Scan {
  private static final Logger LOG = LoggerFactory.getLogger(RowScan.class);

  /** A batch with fewer keys ends then, so that the run's position stays close behind. */
  private static final long BATCH_MS = 2_000;

  private final Database database;
  private final RowTarget target;
  private final String run;
  private final Instant cutoff;
  private final List<Heap> heaps;
  private final HeapRanges ranges;
  private final Optional<KeyPages> pages;
  private Map<String, Long> refused = Map.of();

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
    List<Refusal> refusals =
        database.jdbi().withHandle(handle -> Refusals.of(handle, target, cutoff));
    RowQuery query = new RowQuery(target, cutoff, refusals);
    Optional<AgeOrder> order =
        target.predicate().ageBound(cutoff).map(bound -> new AgeOrder(target));
    this.ranges = new HeapRanges(database, target, query, order);
    this.pages = order.map(it -> new KeyPages(database, target, cutoff, query, it));
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
    RowPosition at = position.isEmpty() ? first() : RowPosition.parse(position, heaps);
    FoundRows found = FoundRows.whole();
    long ends = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BATCH_MS);
    boolean more = true;
    while (more && !at.beyond()) {
      RowPosition from = at.way() == Way.OPEN ? choose(at) : at;
      at = step(from, found);
      boolean inHeapOrder = from.way() == Way.HEAP && at.way() == Way.HEAP;
      more =
          !found.full()
              && System.nanoTime() - ends < 0
              && (found.keys().isEmpty() || inHeapOrder || at.way() == Way.OPEN);
    }
    at = at.refusing(found.refused());
    refused = at.refused();
    return new Batch(
        claims(found.keys()),
        found.guarded(),
        found.undated(),
        found.refusedRows(),
        at.text(),
        at.progress(heaps),
        at.beyond());
  }

  private RowPosition first() {
    return RowPosition.first(database.jdbi().withHandle(ScanStart::now), heaps);
  }

  private RowPosition choose(RowPosition at) {
    Heap heap = heaps.get(at.index(heaps));
    Optional<ScanChoice> choice =
        pages.isEmpty() || heap.blocks() < ScanChoice.BLOCKS_MIN
            ? Optional.empty()
            : database
                .inTransaction(handle -> RelationStatistics.of(handle, heap, target, cutoff))
                .map(ScanChoice::of);
    choice.ifPresent(it -> LOG.debug("{}: {} by {}: {}", run, heap.name(), it.way(), it.because()));
    return choice
        .map(it -> at.by(it.way(), it.expected()))
        .orElseGet(() -> at.by(Way.HEAP, heap.blocks()));
  }

  private RowPosition step(RowPosition from, FoundRows found) {
    if (from.way() == Way.HEAP && from.all() <= from.done()) {
      return from.next(heaps);
    }
    Optional<RowPart> part =
        from.way() == Way.HEAP ? Optional.of(ranges.read(from)) : pages.orElseThrow().read(from);
    if (part.isEmpty()) {
      LOG.debug("{}: {} by ranges of blocks after all: pages take too long", run, from.relation());
      return from.by(Way.HEAP, heaps.get(from.index(heaps)).blocks());
    }
    found.add(part.get().found());
    return part.get().next().orElseGet(() -> from.next(heaps));
  }

  private List<Claim> claims(List<List<String>> keys) {
    List<Claim> claims = new ArrayList<>();
    for (List<List<String>> chunk : ClaimChunks.of(keys, RowScan::jsonBytes)) {
      claims.add(new ExpiredRecords(target.policy().name(), run, cutoff, chunk));
    }
    return claims;
  }

  private static int jsonBytes(List<String> key) {
    int bytes = 3;
    for (String column : key) {
      bytes += ClaimChunks.jsonBytes(column);
    }
    return bytes;
  }

  @Override
  public List<String> notes() {
    return refused.entrySet().stream()
        .map(it -> "%d refused: %s".formatted(it.getValue(), it.getKey()))
        .toList();
  }

  @Override
  public void close() {}
}

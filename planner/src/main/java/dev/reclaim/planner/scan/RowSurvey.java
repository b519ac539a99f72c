package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import dev.reclaim.policy.RowPredicate.Guard;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Counts the rows of a table that stay, by what keeps them; likewise by ranges of heap blocks. */
public final class RowSurvey {
  private static final long BLOCKS_MAX = 2_048;

  private final Database database;
  private final RowTarget target;
  private final Instant cutoff;
  private final List<Guard> guards;
  private final long[] guarded;
  private long kept;
  private long undated;
  private long blocksPerRange = BLOCKS_MAX;

  private RowSurvey(Database database, RowTarget target, Instant cutoff) {
    this.database = database;
    this.target = target;
    this.cutoff = cutoff;
    this.guards = target.predicate().guards();
    this.guarded = new long[guards.size()];
  }

  /**
   * Rows that stay.
   *
   * @param guarded rows that have expired, by what refers to them; one that several keep counts for
   *     each
   * @param kept rows that have expired and that the policy's {@code keep} keeps
   * @param undated rows whose date says nothing
   */
  public record Stays(List<KeptBy> guarded, long kept, long undated) {}

  /** How many rows something keeps. */
  public record KeptBy(String by, long rows) {}

  /** Looks at the whole table. */
  public static Stays of(Database database, RowTarget target, Instant cutoff) {
    return new RowSurvey(database, target, cutoff).survey();
  }

  private Stays survey() {
    if (!guards.isEmpty()
        || mayKeep(target.predicate().kept(cutoff))
        || mayKeep(target.predicate().undated())) {
      List<Heap> heaps =
          database.jdbi().withHandle(handle -> HeapRelations.of(handle, target.policy().table()));
      HeapPosition at = new HeapPosition(0, 0);
      while (!at.beyond(heaps)) {
        at = step(at, heaps);
      }
    }
    List<KeptBy> by = new ArrayList<>();
    for (int i = 0; i < guarded.length; i++) {
      by.add(new KeptBy(guards.get(i).by(), guarded[i]));
    }
    return new Stays(by, kept, undated);
  }

  private static boolean mayKeep(String condition) {
    return !condition.equals("FALSE");
  }

  /** The next position; the same again, with smaller steps, where this one took too long. */
  private HeapPosition step(HeapPosition from, List<Heap> heaps) {
    long blocks = Math.min(blocksPerRange, from.blocksLeft(heaps));
    try {
      if (blocks > 0) {
        String relation = heaps.get(from.heap()).name();
        database.inTransaction(handle -> read(handle, relation, from.block(), blocks));
      }
      return from.forward(blocks, heaps);
    } catch (RuntimeException e) {
      if (SqlFailure.of(e) == SqlFailure.CONTENTION && blocksPerRange > 1) {
        blocksPerRange = Math.max(1, blocksPerRange / 4);
        return from;
      }
      throw e;
    }
  }

  private boolean read(Handle handle, String relation, long block, long blocks)
      throws SQLException {
    RowQuery.limit(handle);
    try (PreparedStatement statement =
            handle.getConnection().prepareStatement(sql(relation, block, blocks));
        ResultSet counts = statement.executeQuery()) {
      counts.next();
      for (int i = 0; i < guarded.length; i++) {
        guarded[i] += counts.getLong(i + 3);
      }
      kept += counts.getLong(1);
      undated += counts.getLong(2);
      return true;
    }
  }

  private String sql(String relation, long block, long blocks) {
    String expired = target.predicate().expired(cutoff);
    String byGuard =
        guards.stream()
            .map(guard -> ", count(*) FILTER (WHERE %s AND %s)".formatted(expired, guard.sql()))
            .collect(Collectors.joining());
    String table = target.policy().table().alias();
    return """
    SELECT count(*) FILTER (WHERE %s), count(*) FILTER (WHERE %s)%s
      FROM ONLY %s AS %s
     WHERE %s.ctid >= '(%d,0)'::tid AND %s.ctid < '(%d,0)'::tid
    """
        .formatted(
            target.predicate().kept(cutoff),
            target.predicate().undated(),
            byGuard,
            relation,
            table,
            table,
            block,
            table,
            block + blocks);
  }
}

package dev.reclaim.space;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.space.RelationSizes.Index;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The model of a policy's tables before a run: rows of a sample of pages, laid out as the database
 * would, and scaled so that all rows together take what the relations take now.
 *
 * @param children tables whose rows go along, as one
 */
public record SpaceModel(SpaceEstimate rows, SpaceEstimate children) {
  /** The application's locks are not waited for, and no statement holds its snapshot for long. */
  private static final String LIMITS =
      "SET LOCAL lock_timeout = '100ms'; SET LOCAL statement_timeout = '1s'; SET TRANSACTION READ ONLY";

  /** A sample that differs by less from what it should sum to may do so by chance. */
  private static final double STANDARD_ERRORS = 2;

  /** Most of the space of deleted rows that a rewrite is taken to need for others. */
  private static final double LOSS_MAX = 0.05;

  /**
   * Looks at the tables, for some tenths of a second.
   *
   * @param cutoff as of when rows are due
   * @throws dev.reclaim.database.DatabaseException when they cannot be read, or not in time
   */
  public static SpaceModel of(Database database, RowTarget target, Instant cutoff) {
    SpaceEstimate rows = estimate(database, target.shape(), target.predicate().expired(cutoff));
    List<SpaceEstimate> children = new ArrayList<>();
    target.children().stream()
        .map(ChildPath::child)
        .distinct()
        .forEach(child -> children.add(estimate(database, child, "false")));
    return new SpaceModel(rows, SpaceEstimate.pooled(children));
  }

  private static SpaceEstimate estimate(Database database, TableShape shape, String due) {
    return database.aside(
        handle -> {
          limit(handle);
          RelationSizes sizes = RelationSizes.of(handle, shape.table());
          return estimate(sizes, TableSample.take(handle, shape, sizes, due));
        });
  }

  private static void limit(Handle handle) throws SQLException {
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.execute(LIMITS);
    }
  }

  /** Rows that are due speak for what will be deleted, and all rows for what the table takes. */
  static SpaceEstimate estimate(RelationSizes sizes, TableSample sample) {
    Sums all = sample.all();
    if (all.rows() == 0) {
      return SpaceEstimate.NONE;
    }
    Sums like = sample.due().rows() > 0 ? sample.due() : all;
    double rows = (double) all.rows() / sample.pages() * sizes.blocks();
    double perByte = heap(sizes, sample);
    double perRow = perByte * like.overheadPerRow() + indexes(sizes, sample, like) / rows;
    if (!all.holdsOutside()) {
      return new SpaceEstimate(perRow + sizes.toastBytes() / rows, perByte, rows);
    }
    double outside = toast(sizes, sample, rows) * (like.holdsOutside() ? like : all).toastPerByte();
    return new SpaceEstimate(perRow + (perByte - outside) * like.inlinePerRow(), outside, rows);
  }

  /** For each byte of a row as it lies there. */
  private static double heap(RelationSizes sizes, TableSample sample) {
    double all = sample.all().heap();
    double due = sample.due().heap();
    double now = (double) sizes.blockBytes() * sample.pages() / all;
    double maps = sizes.heapBytes() / ((double) sizes.blocks() * sizes.blockBytes());
    return maps * now * given(due / all, sample.left().heap().bytes() / (all - due) / now);
  }

  /** The same for the bytes out of line, by the model's measure. */
  private static double toast(RelationSizes sizes, TableSample sample, double rows) {
    double all = sample.all().toast();
    double due = sample.due().toast();
    double now = toastScale(sizes, sample, rows);
    return now * given(due / all, sample.left().toast().bytes() / (all - due) / now);
  }

  /**
   * The part of what goes that a rewrite gives back: it puts the rows that stay side by side, but
   * may leave larger gaps at the ends of pages than there were.
   *
   * @param share that goes
   * @param growth of what stays; not a number where nothing does
   */
  private static double given(double share, double growth) {
    return share > 0 && growth > 1
        ? Math.max(1 - LOSS_MAX, 1 - (1 - share) / share * (growth - 1))
        : 1;
  }

  /** For a row that is deleted, times all rows. */
  private static double indexes(RelationSizes sizes, TableSample sample, Sums like) {
    double bytes = 0;
    for (int i = 0; i < sizes.indexes().size(); i++) {
      Index index = sizes.indexes().get(i);
      double usual = (double) sample.all().indexed(i) / sample.all().rows();
      double here = (double) like.indexed(i) / like.rows();
      bytes += usual > 0 ? index.bytes() * here / usual : 0;
    }
    return bytes;
  }

  /** What TOAST takes by the model's measure; 1 where the sample is too small to tell. */
  private static double toastScale(RelationSizes sizes, TableSample sample, double rows) {
    double scale = sizes.toastBytes() / (sample.all().toast() / sample.all().rows() * rows);
    double unseen = Math.sqrt(Math.max(0, 1 - (double) sample.pages() / sizes.blocks()));
    double error = STANDARD_ERRORS * sample.all().toastError() * unseen;
    return Math.abs(scale - 1) > error ? scale : 1;
  }
}

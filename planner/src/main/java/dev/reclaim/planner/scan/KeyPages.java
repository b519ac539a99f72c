package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Rows of a relation by pages of an index that begins with the column that they age by: from the
 * oldest up to the cutoff, each page in a transaction of its own, its keys in heap order.
 *
 * <p>A page ends between two values, so that the index alone is asked where. A value that more rows
 * have than a page holds is read by their keys.
 */
final class KeyPages {
  private static final int ROWS_MIN = 1_000;

  private final Database database;
  private final RowQuery query;
  private final AgeOrder order;
  private final String alias;
  private final String bound;
  private final String keyTexts;
  private int rowsPerPage = FoundRows.ROWS_MAX;

  KeyPages(Database database, RowTarget target, Instant cutoff, RowQuery query, AgeOrder order) {
    this.database = database;
    this.query = query;
    this.order = order;
    this.alias = target.policy().table().alias();
    this.bound = target.predicate().ageBound(cutoff).orElseThrow();
    this.keyTexts = target.shape().keyTexts();
  }

  /** A page: SQL of its rows, and where the next one begins. */
  private record Page(String rows, Optional<List<String>> next) {}

  /**
   * Reads the next page.
   *
   * @return empty when pages take too long however small they are: many rows of one value
   */
  Optional<RowPart> read(RowPosition from) {
    try {
      return Optional.of(database.inTransaction(handle -> read(handle, from)));
    } catch (RuntimeException e) {
      if (SqlFailure.of(e) != SqlFailure.CONTENTION) {
        throw e;
      }
      rowsPerPage /= 4;
      return rowsPerPage < ROWS_MIN ? Optional.empty() : Optional.of(RowPart.again(from));
    }
  }

  private RowPart read(Handle handle, RowPosition from) throws SQLException {
    RowQuery.limit(handle);
    Page page = page(handle, from);
    FoundRows found =
        query.read(
            handle, from, page.rows(), "ORDER BY %s.ctid".formatted(alias), FoundRows.whole());
    return new RowPart(found, page.next().map(next -> from.forward(rowsPerPage, next)));
  }

  private Page page(Handle handle, RowPosition from) throws SQLException {
    List<String> after = from.after();
    if (after.size() > 1) {
      return tied(handle, from);
    }
    String behind = after.isEmpty() ? bound : bound + " AND " + order.behind(after);
    List<List<String>> ends =
        rows(
            handle,
            """
            SELECT %1$s::text, %2$s
              FROM ONLY %3$s AS %4$s
             WHERE %5$s
             ORDER BY %1$s OFFSET %6$d LIMIT 1
            """
                .formatted(
                    order.column(),
                    after.isEmpty() ? "true" : order.column() + " > " + order.value(after),
                    from.relation(),
                    alias,
                    behind,
                    rowsPerPage));
    if (ends.isEmpty()) {
      return new Page(behind, Optional.empty());
    }
    if (ends.get(0).get(1).equals("f")) {
      return tied(handle, from);
    }
    List<String> end = List.of(ends.get(0).get(0));
    return new Page(
        "%s AND %s < %s".formatted(behind, order.column(), order.value(end)), Optional.of(end));
  }

  /** The next rows of the position's value, by their keys. */
  private Page tied(Handle handle, RowPosition from) throws SQLException {
    List<String> after = from.after();
    String tied = order.tiedBehind(after);
    List<List<String>> last =
        rows(
            handle,
            """
            SELECT %s
              FROM ONLY %s AS %s
             WHERE %s
             ORDER BY %s OFFSET %d LIMIT 1
            """
                .formatted(
                    keyTexts, from.relation(), alias, tied, order.keyColumns(), rowsPerPage - 1));
    if (!last.isEmpty()) {
      List<String> end = new ArrayList<>(List.of(after.get(0)));
      end.addAll(last.get(0));
      return new Page(tied + " AND " + order.upToKey(end), Optional.of(end));
    }
    List<List<String>> next =
        rows(
            handle,
            "SELECT %1$s::text FROM ONLY %2$s AS %3$s WHERE %4$s AND %1$s > %5$s ORDER BY %1$s LIMIT 1"
                .formatted(order.column(), from.relation(), alias, bound, order.value(after)));
    return new Page(tied, next.stream().findFirst());
  }

  private static List<List<String>> rows(Handle handle, String sql) throws SQLException {
    List<List<String>> found = new ArrayList<>();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      int width = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        List<String> row = new ArrayList<>(width);
        for (int column = 1; column <= width; column++) {
          row.add(rows.getString(column));
        }
        found.add(row);
      }
    }
    return found;
  }
}

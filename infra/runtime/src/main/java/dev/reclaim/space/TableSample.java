package dev.reclaim.space;

import dev.reclaim.database.TableShape;
import dev.reclaim.space.RelationSizes.Index;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Rows of some pages of a table, modelled.
 *
 * @param pages that held any of them
 * @param due those of the rows that the policy would delete
 * @param left the others, as a rewrite would put them
 */
record TableSample(long pages, Sums all, Sums due, Left left) {
  /** What rows that stay take when they are rewritten. */
  record Left(Packing heap, Packing toast) {}

  /** Pages that are read, more or less: at most 8 MiB. */
  private static final int PAGES_MAX = 1_000;

  private static final int PAGES_MIN = 250;

  /** Fewer pages are read where so many rows are on fewer. */
  private static final int ROWS = 20_000;

  private static final int FETCH_ROWS = 2_000;

  private static final String COLUMNS =
      """
      SELECT a.attname AS name, a.attlen AS length, a.attstorage AS storage, a.attisdropped AS dropped,
             CASE a.attalign WHEN 'c' THEN 1 WHEN 's' THEN 2 WHEN 'i' THEN 4 ELSE 8 END AS align
        FROM pg_attribute a
       WHERE a.attrelid = to_regclass(:table) AND a.attnum > 0 AND a.attgenerated <> 'v'
       ORDER BY a.attnum
      """;

  /** A column, or what is left of one. */
  private record Found(RowLayout.Column column, boolean dropped) {}

  /**
   * Takes one.
   *
   * @param due SQL of the condition under which a row is due
   */
  static TableSample take(Handle handle, TableShape shape, RelationSizes sizes, String due)
      throws SQLException {
    RowLayout layout = layout(handle, shape);
    Sums all = new Sums(sizes.indexes().size());
    Sums dueOnes = new Sums(sizes.indexes().size());
    Left left = new Left(new Packing(), new Packing());
    Set<Long> pages = new HashSet<>();
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet row = statement.executeQuery(sql(shape, layout, sizes, due))) {
        while (row.next()) {
          pages.add(row.getLong(1) << 32 | row.getLong(2));
          RowLayout.Modelled modelled = layout.model(stored(row, layout));
          boolean[] held = held(row, sizes.indexes().size());
          all.add(modelled, held);
          if (row.getBoolean(3)) {
            dueOnes.add(modelled, held);
          } else {
            layout.pack(modelled, left.heap(), left.toast());
          }
        }
      }
    }
    return new TableSample(pages.size(), all, dueOnes, left);
  }

  private static RowLayout layout(Handle handle, TableShape shape) {
    List<Found> found =
        handle
            .createQuery(COLUMNS)
            .bind("table", shape.table().sql())
            .map(
                (row, context) ->
                    new Found(
                        new RowLayout.Column(
                            row.getString("name"),
                            row.getInt("length"),
                            row.getInt("align"),
                            row.getString("storage").charAt(0)),
                        row.getBoolean("dropped")))
            .list();
    return new RowLayout(
        found.stream().filter(it -> !it.dropped()).map(Found::column).toList(),
        found.stream().anyMatch(Found::dropped));
  }

  private static String sql(TableShape shape, RowLayout layout, RelationSizes sizes, String due) {
    List<String> selected = new ArrayList<>();
    for (Index index : sizes.indexes()) {
      selected.add(index.predicate().map("(%s) IS TRUE"::formatted).orElse("true"));
    }
    for (RowLayout.Column column : layout.columns()) {
      selected.add(
          "coalesce(pg_column_size(%s), %d)"
              .formatted(shape.table().column(column.name()), RowLayout.NULL));
    }
    return """
    SELECT %1$s.tableoid::bigint, (%1$s.ctid::text::point)[0]::bigint, (%2$s) IS TRUE, %3$s
      FROM %4$s TABLESAMPLE SYSTEM (%5$s)
    """
        .formatted(
            shape.table().alias(),
            due,
            String.join(", ", selected),
            shape.from(),
            String.format(Locale.ROOT, "%.6f", percent(sizes)));
  }

  private static double percent(RelationSizes sizes) {
    double pages = ROWS / Math.max(1, sizes.rowsPerPage());
    double bounded = Math.max(PAGES_MIN, Math.min(PAGES_MAX, pages));
    return Math.min(100, 100 * bounded / Math.max(1, sizes.blocks()));
  }

  private static boolean[] held(ResultSet row, int indexes) throws SQLException {
    boolean[] held = new boolean[indexes];
    for (int i = 0; i < indexes; i++) {
      held[i] = row.getBoolean(4 + i);
    }
    return held;
  }

  private static int[] stored(ResultSet row, RowLayout layout) throws SQLException {
    int columns = layout.columns().size();
    int first = row.getMetaData().getColumnCount() - columns + 1;
    int[] stored = new int[columns];
    for (int i = 0; i < columns; i++) {
      stored[i] = row.getInt(first + i);
    }
    return stored;
  }
}

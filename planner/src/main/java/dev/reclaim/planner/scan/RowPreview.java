package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.policy.TableName;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What some rows weigh, with everything that would go along. */
public final class RowPreview {
  private RowPreview() {}

  /**
   * A weight.
   *
   * @param rows children included; none where the policy marks
   * @param bytes likewise
   * @param linkedFiles references to files in the rows
   */
  public record Size(long rows, long bytes, long linkedFiles) {}

  /** Weighs the rows of these keys as they are now. */
  public static Size of(Database database, RowTarget target, List<List<String>> keys) {
    return database.inTransaction(handle -> weigh(handle, target, keys));
  }

  private static Size weigh(Handle handle, RowTarget target, List<List<String>> keys)
      throws SQLException {
    long rows = 0;
    long bytes = 0;
    long files = 0;
    try (PreparedStatement statement = handle.getConnection().prepareStatement(own(target));
        ResultSet result = target.shape().keys(keys).query(statement)) {
      result.next();
      files = result.getLong("files");
      if (!target.policy().marks()) {
        rows = result.getLong("rows");
        bytes = result.getLong("bytes");
      }
    }
    for (List<ChildPath> ways : byTable(target)) {
      try (PreparedStatement statement =
              handle.getConnection().prepareStatement(children(target, ways));
          ResultSet result = target.shape().keys(keys).query(statement)) {
        result.next();
        rows += result.getLong("rows");
        bytes += result.getLong("bytes");
      }
    }
    return new Size(rows, bytes, files);
  }

  private static String own(RowTarget target) {
    TableShape shape = target.shape();
    String files =
        target.policy().files().stream()
            .map(LinkedFiles::column)
            .map(column -> "count(" + shape.table().column(column) + ")")
            .collect(Collectors.joining(" + "));
    return """
    SELECT count(*) AS rows, coalesce(sum(%s), 0) AS bytes, %s AS files
      FROM %s
      JOIN %s ON %s
    """
        .formatted(
            shape.rowBytes(),
            files.isEmpty() ? "0" : files,
            shape.keyRows(),
            shape.from(),
            shape.keyJoin());
  }

  /** All ways to each table: a row that is reached on two of them goes once. */
  private static Collection<List<ChildPath>> byTable(RowTarget target) {
    Map<TableName, List<ChildPath>> ways = new LinkedHashMap<>();
    target
        .children()
        .forEach(
            way -> ways.computeIfAbsent(way.child().table(), it -> new ArrayList<>()).add(way));
    return ways.values();
  }

  private static String children(RowTarget target, List<ChildPath> ways) {
    String reached =
        ways.stream()
            .map(way -> way.joins(target.shape()))
            .map(
                joins ->
                    """
                    SELECT %1$s.tableoid AS heap, %1$s.ctid AS place, %2$s AS bytes
                      FROM reclaim_key
                      JOIN %3$s ON %4$s%5$s
                    """
                        .formatted(
                            ChildPath.ALIAS,
                            ways.get(0).child().rowBytes(ChildPath.ALIAS),
                            target.shape().from(),
                            target.shape().keyJoin(),
                            joins))
            .collect(Collectors.joining("UNION\n"));
    return """
    WITH reclaim_key AS MATERIALIZED (SELECT * FROM %s)
    SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM (%s) AS reached
    """
        .formatted(target.shape().keyRows(), reached);
  }
}

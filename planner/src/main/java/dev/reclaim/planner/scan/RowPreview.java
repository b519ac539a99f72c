package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
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
    for (ChildPath path : target.children()) {
      try (PreparedStatement statement =
              handle.getConnection().prepareStatement(children(target, path));
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
            shape,
            shape.keyJoin());
  }

  private static String children(RowTarget target, ChildPath path) {
    return """
    SELECT count(*) AS rows, coalesce(sum(%s), 0) AS bytes
      FROM %s
      JOIN %s ON %s
    """
            .formatted(
                path.child().rowBytes(),
                target.shape().keyRows(),
                target.shape(),
                target.shape().keyJoin())
        + path.joins(target.shape());
  }
}

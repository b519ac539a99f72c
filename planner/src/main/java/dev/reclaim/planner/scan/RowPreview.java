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
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What some rows weigh and say, with everything that would go along, as they are now. */
public final class RowPreview {
  private final Database database;
  private final RowTarget target;

  /** A preview of a policy's rows. */
  public RowPreview(Database database, RowTarget target) {
    this.database = database;
    this.target = target;
  }

  /**
   * A weight.
   *
   * @param rows children included; none where the policy marks
   * @param bytes likewise
   * @param oldest since when the oldest of them ages, ISO 8601; empty where age does not matter
   * @param newest likewise
   */
  public record Size(long rows, long bytes, Optional<String> oldest, Optional<String> newest) {}

  /** A file of a store, as a row names it. */
  public record Link(String store, String reference) {}

  /**
   * What a row is due for.
   *
   * @param since since when it ages; empty where age does not matter
   * @param parent the parent it misses; empty where that does not matter
   */
  public record Due(List<String> key, Optional<String> since, Optional<String> parent) {}

  /** The ages of the oldest and of the newest row, ISO 8601. */
  public record Span(String oldest, String newest) {}

  /** How old the rows of one partition are; empty where it has none. */
  public Optional<Span> span(String partition) {
    String since = target.predicate().since().orElse("NULL::timestamptz");
    String sql =
        "SELECT %s AS oldest, %s AS newest FROM ONLY %s AS %s"
            .formatted(
                iso("min(" + since + ")"),
                iso("max(" + since + ")"),
                partition,
                shape().table().alias());
    return database.inTransaction(
        handle -> {
          try (PreparedStatement statement = handle.getConnection().prepareStatement(sql);
              ResultSet row = statement.executeQuery()) {
            row.next();
            @Nullable String oldest = row.getString("oldest");
            @Nullable String newest = row.getString("newest");
            return oldest == null || newest == null
                ? Optional.empty()
                : Optional.of(new Span(oldest, newest));
          }
        });
  }

  /** Weighs the rows of these keys. */
  public Size size(List<List<String>> keys) {
    return database.inTransaction(handle -> weigh(handle, keys));
  }

  /** What the rows of these keys name by the policy's linked columns. */
  public List<Link> links(List<List<String>> keys) {
    return target.policy().files().isEmpty()
        ? List.of()
        : database.inTransaction(handle -> links(handle, keys));
  }

  /** What the rows of these keys are due for, in their order. */
  public List<Due> due(List<List<String>> keys) {
    return database.inTransaction(handle -> due(handle, keys));
  }

  private Size weigh(Handle handle, List<List<String>> keys) throws SQLException {
    String since = target.predicate().since().orElse("NULL::timestamptz");
    String own =
        """
        SELECT count(*) AS rows, coalesce(sum(%s), 0) AS bytes, %s AS oldest, %s AS newest%s
        """
            .formatted(
                shape().rowBytes(), iso("min(" + since + ")"), iso("max(" + since + ")"), from());
    long rows = 0;
    long bytes = 0;
    Optional<String> oldest;
    Optional<String> newest;
    try (PreparedStatement statement = handle.getConnection().prepareStatement(own);
        ResultSet result = shape().keys(keys).query(statement)) {
      result.next();
      oldest = Optional.ofNullable(result.getString("oldest"));
      newest = Optional.ofNullable(result.getString("newest"));
      if (!target.policy().marks()) {
        rows = result.getLong("rows");
        bytes = result.getLong("bytes");
      }
    }
    for (List<ChildPath> ways : byTable()) {
      try (PreparedStatement statement = handle.getConnection().prepareStatement(children(ways));
          ResultSet result = shape().keys(keys).query(statement)) {
        result.next();
        rows += result.getLong("rows");
        bytes += result.getLong("bytes");
      }
    }
    return new Size(rows, bytes, oldest, newest);
  }

  private List<Link> links(Handle handle, List<List<String>> keys) throws SQLException {
    List<LinkedFiles> linked = target.policy().files();
    List<String> columns = new ArrayList<>();
    for (LinkedFiles files : linked) {
      columns.add(shape().table().column(files.column()) + "::text");
    }
    String sql = "SELECT " + String.join(", ", columns) + from() + " ORDER BY reclaim_ord";
    List<Link> links = new ArrayList<>();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql);
        ResultSet rows = shape().keys(keys).query(statement)) {
      while (rows.next()) {
        for (int i = 0; i < linked.size(); i++) {
          @Nullable String reference = rows.getString(i + 1);
          if (reference != null && !reference.isBlank()) {
            links.add(new Link(linked.get(i).store(), reference));
          }
        }
      }
    }
    return links;
  }

  private List<Due> due(Handle handle, List<List<String>> keys) throws SQLException {
    String parent =
        target
            .policy()
            .expiry()
            .orphaned()
            .map(orphaned -> shape().table().column(orphaned.column()) + "::text")
            .orElse("NULL");
    String sql =
        "SELECT reclaim_ord, %s AS since, %s AS parent%s ORDER BY reclaim_ord"
            .formatted(
                target.predicate().since().map(RowPreview::iso).orElse("NULL"), parent, from());
    List<Due> due = new ArrayList<>();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql);
        ResultSet rows = shape().keys(keys).query(statement)) {
      while (rows.next()) {
        due.add(
            new Due(
                keys.get(rows.getInt("reclaim_ord") - 1),
                Optional.ofNullable(rows.getString("since")),
                Optional.ofNullable(rows.getString("parent"))));
      }
    }
    return due;
  }

  /** A time to the second, which sorts as a text does. */
  private static String iso(String timestamptz) {
    return "CASE WHEN isfinite(%1$s) THEN to_char(%1$s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') ELSE %1$s::text END"
        .formatted(timestamptz);
  }

  /** All ways to each table: a row that is reached on two of them goes once. */
  private Collection<List<ChildPath>> byTable() {
    Map<TableName, List<ChildPath>> ways = new LinkedHashMap<>();
    target
        .children()
        .forEach(
            way -> ways.computeIfAbsent(way.child().table(), it -> new ArrayList<>()).add(way));
    return ways.values();
  }

  private String children(List<ChildPath> ways) {
    String reached =
        ways.stream()
            .map(way -> way.joins(shape()))
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
                            shape().from(),
                            shape().keyJoin(),
                            joins))
            .collect(Collectors.joining("UNION\n"));
    return """
    WITH reclaim_key AS MATERIALIZED (SELECT * FROM %s)
    SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM (%s) AS reached
    """
        .formatted(shape().keyRows(), reached);
  }

  private String from() {
    return " FROM %s JOIN %s ON %s".formatted(shape().keyRows(), shape().from(), shape().keyJoin());
  }

  private TableShape shape() {
    return target.shape();
  }
}

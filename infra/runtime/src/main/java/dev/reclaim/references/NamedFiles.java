package dev.reclaim.references;

import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.UnparseableReferenceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The files that rows of a policy name by its linked columns, for rows that go without them. */
public final class NamedFiles {
  private final RowTarget target;
  private final Map<String, ReferenceParser> parsers = new HashMap<>();

  /** Those of one policy. */
  public NamedFiles(PolicyFile file, RowTarget target) {
    this.target = target;
    for (LinkedFiles linked : target.policy().files()) {
      parsers.put(linked.store(), file.store(linked.store()).referenceParser());
    }
  }

  /** A path in a store. */
  public record StoredPath(String store, String path) {}

  /**
   * What the linked columns of rows say now, in the policy's order; by the position of the row's
   * key, from 0. A row that is not there is missing here, too.
   */
  public Map<Integer, List<@Nullable String>> texts(Connection connection, KeyBatch keys)
      throws SQLException {
    String sql =
        "SELECT reclaim_ord, %s FROM %s JOIN %s ON %s"
            .formatted(
                String.join(", ", columns()),
                target.shape().keyRows(),
                target.shape().from(),
                target.shape().keyJoin());
    Map<Integer, List<@Nullable String>> texts = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = keys.query(statement)) {
      while (rows.next()) {
        texts.put(rows.getInt(1) - 1, row(rows, 2));
      }
    }
    return texts;
  }

  /**
   * The same of some rows, whichever they are, that name anything.
   *
   * @param percent of the table's pages to look at
   * @param most rows
   */
  public List<List<@Nullable String>> sample(Connection connection, double percent, int most)
      throws SQLException {
    String sql =
        "SELECT %s FROM %s TABLESAMPLE SYSTEM (%s) WHERE coalesce(%s) IS NOT NULL LIMIT %d"
            .formatted(
                String.join(", ", columns()),
                target.shape().from(),
                String.format(Locale.ROOT, "%.6f", percent),
                String.join(", ", columns()),
                most);
    List<List<@Nullable String>> sample = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        sample.add(row(rows, 1));
      }
    }
    return sample;
  }

  private List<String> columns() {
    return target.policy().files().stream()
        .map(files -> target.shape().table().column(files.column()) + "::text")
        .toList();
  }

  private List<@Nullable String> row(ResultSet rows, int first) throws SQLException {
    List<@Nullable String> row = new ArrayList<>();
    for (int i = 0; i < target.policy().files().size(); i++) {
      row.add(rows.getString(first + i));
    }
    return row;
  }

  /**
   * Every file that a row may mean, in every spelling.
   *
   * @param texts of its linked columns, in the policy's order
   * @return empty where it names none, and where one of them cannot be understood or lies
   *     elsewhere: then nobody knows whether it is gone
   */
  public Optional<Set<StoredPath>> of(List<@Nullable String> texts) {
    Set<StoredPath> named = new HashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      @Nullable String text = texts.get(i);
      if (text != null && !text.isBlank() && !add(i, text, named)) {
        return Optional.empty();
      }
    }
    return named.isEmpty() ? Optional.empty() : Optional.of(named);
  }

  private boolean add(int column, String text, Set<StoredPath> named) {
    String store = target.policy().files().get(column).store();
    @Nullable ReferenceParser parser = parsers.get(store);
    try {
      Set<String> paths = parser == null ? Set.of() : parser.paths(text);
      paths.forEach(path -> named.add(new StoredPath(store, path)));
      return !paths.isEmpty();
    } catch (UnparseableReferenceException e) {
      return false;
    }
  }
}

package dev.reclaim.references;

import dev.reclaim.database.Databases;
import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import dev.reclaim.store.ReferenceParser;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Finds out which files are named by a row right now, however the row spells it.
 *
 * <p>The database passes on every reference that ends like one of the files or that holds a
 * character by which a spelling may differ; which file it means is decided here.
 */
public final class ReferenceCheck {
  private static final int FETCH_ROWS = 5_000;

  /**
   * Characters by which two spellings of one path may differ after the last slash; whatever is not
   * ASCII likewise.
   */
  private static final String AMBIGUOUS = "%?#+,;&=\"'[]{}\\ \t\r\n";

  /** Endings that name nothing themselves: which file such a reference means stands before them. */
  private static final List<String> NAMELESS = List.of("", ".", "..");

  /**
   * Rows whose references do not count.
   *
   * @param sql true for them, over the table by its bare name
   */
  public record LeftOut(TableName table, String sql) {
    /** Rows that carry the policy's mark: their files are asked for no more. */
    public static Optional<LeftOut> marked(RowPolicy policy) {
      return policy.marks()
          ? Optional.of(new LeftOut(policy.table(), RowPredicate.marked(policy)))
          : Optional.empty();
    }
  }

  private final Databases databases;
  private final ReferenceParser parser;
  private final Collection<Reference> references;

  /**
   * A check for one store.
   *
   * @param references every column that may name its files
   */
  public ReferenceCheck(
      Databases databases, ReferenceParser parser, Collection<Reference> references) {
    this.databases = databases;
    this.parser = parser;
    this.references = references;
  }

  /**
   * Those of the paths that a row names.
   *
   * @param leftOut rows that do not count
   * @throws dev.reclaim.store.UnparseableReferenceException when a row names something that cannot
   *     be understood: then nothing is known of any path
   */
  public Set<String> referenced(Set<String> paths, Optional<LeftOut> leftOut) {
    Set<String> found = new HashSet<>();
    for (Reference reference : references) {
      found.addAll(
          databases
              .get(reference.table().database())
              .inTransaction(handle -> look(handle, reference, paths, leftOut)));
    }
    return found;
  }

  private Set<String> look(
      Handle handle, Reference reference, Set<String> paths, Optional<LeftOut> leftOut)
      throws SQLException {
    Set<String> found = new HashSet<>();
    Connection connection = handle.getConnection();
    try (PreparedStatement statement =
        connection.prepareStatement(sql(handle, reference, leftOut))) {
      String[] endings =
          Stream.concat(NAMELESS.stream(), paths.stream().map(ReferenceCheck::ending))
              .distinct()
              .toArray(String[]::new);
      statement.setArray(1, connection.createArrayOf("text", endings));
      statement.setFetchSize(FETCH_ROWS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          for (String path : parser.paths(rows.getString(1))) {
            if (paths.contains(path)) {
              found.add(path);
            }
          }
        }
      }
    }
    return found;
  }

  private static String sql(Handle handle, Reference reference, Optional<LeftOut> leftOut)
      throws SQLException {
    String except =
        leftOut
            .filter(rows -> rows.table().equals(reference.table()))
            .map(rows -> " AND (" + rows.sql() + ") IS NOT TRUE")
            .orElse("");
    return """
    SELECT %1$s
    %2$s
     WHERE (split_part(%1$s, '/', -1) = ANY (?::text[])
            OR octet_length(%1$s) <> length(translate(%1$s, %4$s, '')))%3$s
    """
        .formatted(
            ReferenceTexts.TEXT,
            ReferenceTexts.of(handle, reference).from(),
            except,
            Sql.literal(AMBIGUOUS));
  }

  private static String ending(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}

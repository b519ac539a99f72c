package dev.reclaim.references;

import dev.reclaim.database.Databases;
import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.TableName;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.PlainForm;
import dev.reclaim.store.ReferenceParser;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Finds out which files are named by a row right now, however the row spells it, and whether any
 * row names something that nobody can read.
 *
 * <p>The database passes on every text that ends in the name of one of the files, and every text
 * that is not of the {@link PlainForm}. What it holds back is plain and ends otherwise: it can be
 * read, and names other files. So a reference that cannot be read is found wherever it stands and
 * whatever it looks like, and all that is left to decide is decided here, by the same reading as
 * the planner's.
 *
 * <p>With the {@link #index} over a column a look costs as much as there are files to ask for;
 * without it the whole column is read.
 *
 * <p>One transaction that reads, for each source, in portions, and never longer than {@value
 * #TIMEOUT_SECONDS} seconds a statement.
 */
public final class ReferenceCheck {
  private static final int FETCH_TEXTS = 1_000;
  private static final int TIMEOUT_SECONDS = 30;
  private static final String LIMITS =
      "SET LOCAL statement_timeout = '%ds'; SET LOCAL lock_timeout = '2s'; SET TRANSACTION READ ONLY"
          .formatted(TIMEOUT_SECONDS);

  /** Where there is one that {@link #index} says, even before its statistics are gathered. */
  private static final String BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off";

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
  private final PlainForm plain;
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
    this.plain = parser.plainForm();
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
    Claimed claimed = new Claimed(paths);
    for (Reference reference : references) {
      databases
          .get(reference.table().database())
          .inTransaction(handle -> look(handle, reference, claimed, leftOut));
    }
    return claimed.named;
  }

  /**
   * SQL of what the index is over that serves looks at a column; empty where the column holds
   * several texts, which no such index can tell apart.
   *
   * @throws SQLException when the database does not understand the reference
   */
  public static Optional<String> index(Handle handle, Reference.Column reference, PlainForm plain)
      throws SQLException {
    return ReferenceTexts.of(handle, reference).isSingle()
        ? Optional.of(plain.lookup(ReferenceTexts.single(reference)))
        : Optional.empty();
  }

  /**
   * Whether an index serves looks at a column.
   *
   * @throws SQLException when the database does not understand the reference
   */
  public static boolean isIndexed(Handle handle, Reference.Column reference, PlainForm plain)
      throws SQLException {
    String look =
        "EXPLAIN SELECT 1 %s WHERE %s = ANY (ARRAY['a', 'b'])"
            .formatted(
                ReferenceTexts.of(handle, reference).from(), plain.lookup(ReferenceTexts.TEXT));
    try (Statement statement = handle.getConnection().createStatement()) {
      statement.execute(BY_INDEX);
      try (ResultSet lines = statement.executeQuery(look)) {
        while (lines.next()) {
          if (lines.getString(1).contains("Index Cond: (CASE WHEN")) {
            return true;
          }
        }
      }
      return false;
    } finally {
      handle.execute("SET LOCAL enable_seqscan = on");
    }
  }

  private int look(Handle handle, Reference reference, Claimed claimed, Optional<LeftOut> leftOut)
      throws SQLException {
    Connection connection = handle.getConnection();
    try (Statement limits = connection.createStatement()) {
      limits.execute(LIMITS);
      if (reference instanceof Reference.Column) {
        limits.execute(BY_INDEX);
      }
    }
    int read = 0;
    try (PreparedStatement statement =
        connection.prepareStatement(sql(handle, reference, leftOut))) {
      statement.setArray(1, connection.createArrayOf("text", claimed.lookups()));
      statement.setFetchSize(FETCH_TEXTS);
      try (ResultSet texts = statement.executeQuery()) {
        for (; texts.next(); read++) {
          parser.paths(texts.getString(1)).forEach(claimed::name);
        }
      }
    }
    return read;
  }

  private String sql(Handle handle, Reference reference, Optional<LeftOut> leftOut)
      throws SQLException {
    String except =
        leftOut
            .filter(rows -> rows.table().equals(reference.table()))
            .map(rows -> " AND (" + rows.sql() + ") IS NOT TRUE")
            .orElse("");
    return """
    SELECT %1$s
    %2$s
     WHERE %3$s = ANY (?::text[])%4$s
    """
        .formatted(
            ReferenceTexts.TEXT,
            ReferenceTexts.of(handle, reference).from(),
            plain.lookup(ReferenceTexts.TEXT),
            except);
  }

  /** The files that are asked for, and those of them that a row names. */
  private static final class Claimed {
    private final Map<Long, List<String>> paths;
    private final Set<String> named = new HashSet<>();

    /** Slashes that nobody means do not count, as they do not for the planner. */
    Claimed(Set<String> paths) {
      this.paths = paths.stream().collect(Collectors.groupingBy(FingerprintSet::fingerprint));
    }

    /** Last names, and what stands for texts that have to be read. */
    String[] lookups() {
      Stream<String> names =
          paths.values().stream()
              .flatMap(List::stream)
              .map(path -> path.substring(path.lastIndexOf('/') + 1));
      return Stream.concat(names, Stream.of(PlainForm.READ)).distinct().toArray(String[]::new);
    }

    void name(String path) {
      named.addAll(paths.getOrDefault(FingerprintSet.fingerprint(path), List.of()));
    }
  }
}

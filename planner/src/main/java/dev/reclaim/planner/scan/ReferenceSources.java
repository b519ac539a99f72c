package dev.reclaim.planner.scan;

import dev.reclaim.database.Databases;
import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.UnparseableReferenceException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Reads every reference to a store's files. Each column is read by one statement, so as one
 * consistent snapshot, and the result is believed only if it is about as large as it was before.
 */
public final class ReferenceSources {
  private static final int FETCH_TEXTS = 5_000;

  private final PolicyFile file;
  private final FilePolicy policy;
  private final Databases databases;
  private final ReferenceCounts counts;

  /** The sources of one policy. */
  public ReferenceSources(PolicyFile file, FilePolicy policy, Databases databases) {
    this.file = file;
    this.policy = policy;
    this.databases = databases;
    this.counts = new ReferenceCounts(databases, file, policy);
  }

  /**
   * Fingerprints of every path that a row names, in every spelling it may mean; empty where the
   * policy judges by age alone.
   *
   * @throws UserException when a reference cannot be understood, or the set is not believed
   */
  public Optional<FingerprintSet> read(Trust trust) {
    if (policy.references().isEmpty()) {
      return Optional.empty();
    }
    StoreDefinition store = file.store(policy.store());
    ReferenceParser parser = ReferenceParser.of(store.settings());
    FingerprintSet fingerprints = new FingerprintSet();
    Map<Reference, Long> found = new LinkedHashMap<>();
    for (Reference reference : sources()) {
      long rows =
          databases
              .get(reference.table().database())
              .inTransaction(handle -> read(handle, reference, parser, fingerprints));
      found.put(reference, rows);
    }
    counts.believe(found, trust);
    fingerprints.seal();
    return Optional.of(fingerprints);
  }

  private Set<Reference> sources() {
    return file.references(policy.store());
  }

  /** Rows that name a file at least. */
  private long read(
      Handle handle, Reference reference, ReferenceParser parser, FingerprintSet fingerprints)
      throws SQLException {
    String sql =
        "SELECT %s, %s, %s"
                .formatted(ReferenceTexts.TEXT, ReferenceTexts.IS_VALUE, ReferenceTexts.ORDINAL)
            + ReferenceTexts.of(handle, reference).from();
    long rows = 0;
    boolean counted = false;
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
      statement.setFetchSize(FETCH_TEXTS);
      try (ResultSet texts = statement.executeQuery()) {
        while (texts.next()) {
          Set<String> paths = parser.paths(texts.getString(1));
          paths.forEach(fingerprints::add);
          counted = counted && texts.getLong(3) > 1;
          if (!counted && texts.getBoolean(2) && !paths.isEmpty()) {
            counted = true;
            rows++;
          }
        }
      }
    } catch (UnparseableReferenceException e) {
      throw new UserException(
          Kind.FAILED,
          "policy \"%s\": a reference in %s cannot be understood, so nothing of the store is an orphan for sure: %s"
              .formatted(policy.name(), reference, e.getMessage()),
          e);
    }
    return rows;
  }
}

package dev.reclaim.planner.scan;

import dev.reclaim.database.Databases;
import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.policy.StoreDefinition.Unparseable;
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
   * Reads every reference, in every spelling it may mean.
   *
   * @throws UserException when the set is not believed, or a reference cannot be understood and the
   *     store says to stop there
   */
  public Referenced read(Trust trust) {
    if (policy.references().isEmpty()) {
      return new Referenced.Unasked();
    }
    StoreDefinition store = file.store(policy.store());
    Reading reading = new Reading(store);
    Map<Reference, Long> found = new LinkedHashMap<>();
    for (Reference reference : sources()) {
      long rows =
          databases
              .get(reference.table().database())
              .inTransaction(handle -> read(handle, reference, reading));
      found.put(reference, rows);
    }
    if (reading.unreadable > 0) {
      return new Referenced.Unreadable(reading.unreadable, reading.where, reading.example);
    }
    counts.believe(found, trust);
    reading.paths.seal();
    return new Referenced.Known(reading.paths);
  }

  private Set<Reference> sources() {
    return file.references(policy.store());
  }

  /** Rows that name one file at least. */
  private long read(Handle handle, Reference reference, Reading reading) throws SQLException {
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
          boolean names = reading.names(texts.getString(1), reference);
          counted = counted && texts.getLong(3) > 1;
          if (!counted && texts.getBoolean(2) && names) {
            counted = true;
            rows++;
          }
        }
      }
    }
    return rows;
  }

  /** All that was read so far. */
  private final class Reading {
    private final ReferenceParser parser;
    private final Unparseable unparseable;
    private FingerprintSet paths = new FingerprintSet();
    private long unreadable;
    private String where = "";
    private String example = "";

    Reading(StoreDefinition store) {
      this.parser = store.referenceParser();
      this.unparseable = store.references().unparseable();
    }

    /** Whether the text names a file. */
    boolean names(String text, Reference reference) {
      Set<String> named;
      try {
        named = parser.paths(text);
      } catch (UnparseableReferenceException e) {
        note(e, reference);
        return false;
      }
      if (unreadable == 0) {
        named.forEach(paths::add);
      }
      return !named.isEmpty();
    }

    private void note(UnparseableReferenceException e, Reference reference) {
      if (unparseable == Unparseable.STOP) {
        throw new UserException(
            Kind.FAILED,
            "policy \"%s\": a reference in %s cannot be understood, so nothing of the store is an orphan for sure: %s"
                .formatted(policy.name(), reference, e.getMessage()),
            e);
      }
      if (unreadable == 0) {
        where = reference.toString();
        example = e.reference();
        paths = new FingerprintSet();
      }
      unreadable++;
    }
  }
}

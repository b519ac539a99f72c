package dev.reclaim.planner.scan;

import dev.reclaim.database.CopyRows;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.Databases;
import dev.reclaim.database.ReferenceTexts;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.planner.scan.ReferenceCounts.Source;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.policy.StoreDefinition.Unparseable;
import dev.reclaim.policy.StoreReference;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.ReferenceBytes;
import dev.reclaim.store.UnparseableReferenceException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Reads every reference to a store's files. Each column is read by one statement, so as one
 * consistent snapshot, and the result is believed only if it is about as large as it was before.
 */
public final class ReferenceSources {
  private final PolicyFile file;
  private final FilePolicy policy;
  private final Databases databases;
  private final Map<String, ? extends ObjectListing> stores;
  private final ReferenceCounts counts;

  /**
   * The sources of one policy.
   *
   * @param stores open stores by name
   */
  public ReferenceSources(
      PolicyFile file,
      FilePolicy policy,
      Databases databases,
      Map<String, ? extends ObjectListing> stores) {
    this.stores = stores;
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
    return read(trust, Optional.empty());
  }

  /**
   * The same, with somebody looking on.
   *
   * @param dangling listed the store before
   */
  public Referenced read(Trust trust, Optional<Dangling> dangling) {
    if (policy.judgesByAgeAlone()) {
      return new Referenced.Unasked();
    }
    StoreDefinition store = file.store(policy.store());
    Reading reading = new Reading(store, dangling.orElse(null));
    Map<Source, Long> found = new LinkedHashMap<>();
    for (Reference reference : file.references(policy.store())) {
      found.put(
          new Source(reference.toString(), Optional.of(reference.table())),
          rows(reference, reading));
    }
    for (StoreReference reference : file.storeReferences(policy.store())) {
      found.put(
          new Source(reference.toString(), Optional.empty()), files(reference, reading.paths));
    }
    if (reading.unreadable > 0) {
      return new Referenced.Unreadable(reading.unreadable, reading.where, reading.example);
    }
    counts.believe(found, trust);
    reading.paths.seal();
    return new Referenced.Known(reading.paths, trust.isAccepted());
  }

  /** What is wrong with the source itself waits for people; all else may pass by itself. */
  private long rows(Reference reference, Reading reading) {
    try {
      return databases
          .get(reference.table().database())
          .inTransaction(handle -> read(handle, reference, reading));
    } catch (UnusableReferenceException e) {
      throw unreadable(reference, e);
    } catch (DatabaseException e) {
      if (SqlFailure.of(e) == SqlFailure.SYSTEMIC || SqlFailure.of(e) == SqlFailure.CONTENTION) {
        throw e;
      }
      throw unreadable(reference, e);
    }
  }

  private UserException unreadable(Reference reference, RuntimeException cause) {
    return new UserException(
        Kind.WAITING,
        "policy \"%s\" stops before it claims a file: %s cannot be read (%s), and may name any file. Mend it, or take it out of the policy"
            .formatted(
                policy.name(),
                reference,
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("")),
        cause);
  }

  /** Files of another store, each of which keeps one of this store. */
  private long files(StoreReference reference, FingerprintSet paths) {
    @Nullable ObjectListing store = stores.get(reference.store());
    if (store == null) {
      throw new IllegalArgumentException("the store " + reference.store() + " is not open");
    }
    long[] files = {0};
    store.list(
        reference.prefix(),
        object -> {
          paths.add(object.path().substring(reference.prefix().length()));
          files[0]++;
        });
    return files[0];
  }

  /** Rows that name one file at least. */
  private static long read(Handle handle, Reference reference, Reading reading)
      throws SQLException {
    ReferenceTexts texts = ReferenceTexts.of(handle, reference);
    reading.begin(reference);
    RowsThatName rows = new RowsThatName(reading);
    Consumer<ByteBuffer> reader = texts.isSingle() ? rows::single : rows::oneOfMany;
    String columns =
        texts.isSingle()
            ? ReferenceTexts.TEXT
            : "%s, %s, %s"
                .formatted(ReferenceTexts.TEXT, ReferenceTexts.IS_VALUE, ReferenceTexts.ORDINAL);
    String copy = "COPY (SELECT %s %s) TO STDOUT (FORMAT binary)".formatted(columns, texts.from());
    CopyRows.read(handle.getConnection(), copy, reader);
    return rows.count;
  }

  /** Counts rows of a source by the texts in them. */
  private static final class RowsThatName {
    private final Reading reading;
    private long count;
    private boolean counted;

    RowsThatName(Reading reading) {
      this.reading = reading;
    }

    void single(ByteBuffer row) {
      int length = CopyRows.length(row);
      if (reading.names(row, length)) {
        reading.lookOn(row, length);
        count++;
      }
    }

    /** Texts of one row follow each other, numbered from 1. */
    void oneOfMany(ByteBuffer row) {
      int length = CopyRows.length(row);
      int text = row.position();
      row.position(text + length);
      boolean value = CopyRows.bool(row);
      counted = counted && CopyRows.bigint(row) > 1;
      row.position(text);
      boolean names = reading.names(row, length);
      if (!counted && value && names) {
        counted = true;
        count++;
      }
    }
  }

  /** All that was read so far. */
  private final class Reading {
    private final ReferenceBytes reader;
    private final Unparseable unparseable;
    private FingerprintSet paths = new FingerprintSet();
    private final @Nullable Dangling dangling;
    private LongConsumer found;
    private @Nullable Reference source;
    private long unreadable;
    private String where = "";
    private String example = "";

    Reading(StoreDefinition store, @Nullable Dangling dangling) {
      this.dangling = dangling;
      this.found = paths::add;
      if (dangling != null) {
        this.found = found.andThen(dangling::reading);
      }
      this.reader = store.referenceParser().bytes();
      this.unparseable = store.references().unparseable();
    }

    void begin(Reference reference) {
      source = reference;
    }

    /** Whether the text that begins where the row stands names a file. */
    boolean names(ByteBuffer row, int length) {
      int from = row.arrayOffset() + row.position();
      if (dangling != null) {
        dangling.begin();
      }
      try {
        return reader.read(row.array(), from, from + length, found);
      } catch (UnparseableReferenceException e) {
        note(e);
        return false;
      }
    }

    /** The text was one of its row, and named a file. */
    void lookOn(ByteBuffer row, int length) {
      if (dangling != null && source != null) {
        int from = row.arrayOffset() + row.position();
        dangling.end(source, row.array(), from, from + length);
      }
    }

    private void note(UnparseableReferenceException e) {
      String reference = String.valueOf(source);
      if (unparseable == Unparseable.STOP) {
        throw new UserException(
            Kind.FAILED,
            "policy \"%s\": a reference in %s cannot be understood, so nothing of the store is an orphan for sure: %s"
                .formatted(policy.name(), reference, e.getMessage()),
            e);
      }
      if (unreadable == 0) {
        where = reference;
        example = e.reference();
        paths = new FingerprintSet();
        found = path -> {};
      }
      unreadable++;
    }
  }
}

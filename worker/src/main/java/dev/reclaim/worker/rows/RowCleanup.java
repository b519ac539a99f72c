package dev.reclaim.worker.rows;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.database.Database;
import dev.reclaim.database.KeyBatch;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Ledger;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.rows.RowOutcomes.Deed;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out claims about rows of one policy, top to bottom the steps of the package's promise:
 * several in one transaction where all goes smoothly, each in one of its own where it does not.
 *
 * <p>Errors of the database pass through as they are: nothing is left behind and the claim can be
 * tried again.
 */
public final class RowCleanup {
  /** Most keys that one transaction deletes: more would be felt by the application. */
  public static final int KEYS_MAX = 5_000;

  private static final Logger LOG = LoggerFactory.getLogger(RowCleanup.class);

  /**
   * Far below the consumer's poll interval, and short enough not to be felt by the application. A
   * plan for a few keys goes by the index also when there are thousands; one made for thousands may
   * read the whole table.
   */
  private static final String LIMITS =
      """
      SET LOCAL lock_timeout = '100ms';
      SET LOCAL statement_timeout = '30s';
      SET LOCAL idle_in_transaction_session_timeout = '30s';
      SET LOCAL synchronous_commit = on;
      SET LOCAL plan_cache_mode = force_generic_plan;
      SET CONSTRAINTS ALL IMMEDIATE
      """;

  private final Database database;
  private final RowStatements statements;
  private final RowOutcomes outcomes;
  private final Optional<GoneFiles> goneFiles;

  /** For a policy whatever the files of its rows are. */
  public RowCleanup(
      Database database, RowTarget target, LinkedFileClaims linkedFiles, String worker) {
    this(database, target, linkedFiles, worker, Optional.empty());
  }

  /**
   * A cleanup.
   *
   * @param goneFiles for a policy whose rows go because their files are gone
   */
  public RowCleanup(
      Database database,
      RowTarget target,
      LinkedFileClaims linkedFiles,
      String worker,
      Optional<GoneFiles> goneFiles) {
    if (target.policy().expiry().dangling() != goneFiles.isPresent()) {
      throw new IllegalArgumentException("nobody looks for the files of " + target.policy().name());
    }
    this.goneFiles = goneFiles;
    this.database = database;
    this.statements = new RowStatements(target);
    this.outcomes = new RowOutcomes(database.name(), target.policy(), linkedFiles, worker);
  }

  /**
   * What came of claims.
   *
   * @param settled what is to be said of each, in their order
   * @param rows deleted or marked now, children included; none for what had been carried out before
   * @param took the statements
   */
  public record Carried(List<Settled> settled, long rows, Duration took) {}

  /**
   * Carries several claims out, or finds that they were, in one transaction.
   *
   * @param claims of the policy, with the same cutoff, no event twice, of {@link #KEYS_MAX} keys at
   *     most in all
   * @param attempt 1 for the first
   * @return empty, and nothing done, when one of them asks for more care than this, so that each
   *     has to be carried out alone
   */
  public Optional<Carried> carryOut(List<ReceivedClaim> claims, int attempt) {
    if (goneFiles.isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          database.inTransaction(
              handle -> {
                limit(handle);
                return together(handle, claims, attempt);
              }));
    } catch (UnevenException | InvalidEventException e) {
      LOG.debug("{} claims go one by one: {}", claims.size(), e.toString());
      return Optional.empty();
    } catch (RuntimeException e) {
      if (SqlFailure.of(e) == SqlFailure.SYSTEMIC) {
        throw e;
      }
      LOG.debug("{} claims go one by one: {}", claims.size(), e.toString());
      return Optional.empty();
    }
  }

  private Carried together(Handle handle, List<ReceivedClaim> claims, int attempt)
      throws SQLException {
    long started = System.nanoTime();
    Ledger.Bounds bounds = Ledger.bounds(handle);
    if (!claims.stream().allMatch(claim -> bounds.include(claim.identity().plannedOn()))) {
      throw new UnevenException("an event's day is unknown to the ledger");
    }
    Set<EventIdentity> opened = Ledger.open(handle, claims);
    Map<EventIdentity, Settled> settled = new HashMap<>();
    List<ReceivedClaim> first = new ArrayList<>();
    for (ReceivedClaim claim : claims) {
      if (opened.contains(claim.identity())) {
        first.add(claim);
      } else {
        settled.put(claim.identity(), replay(handle, claim));
      }
    }
    List<Deed> deeds =
        first.isEmpty()
            ? List.of()
            : new SharedDeletion(database, statements, handle.getConnection()).carryOut(first);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    settle(handle, deeds, attempt, took).forEach(it -> settled.put(it.outcome().event(), it));
    return new Carried(
        claims.stream()
            .map(claim -> Objects.requireNonNull(settled.get(claim.identity())))
            .toList(),
        rows(deeds),
        took);
  }

  private List<Settled> settle(Handle handle, List<Deed> deeds, int attempt, Duration took) {
    if (deeds.isEmpty()) {
      return List.of();
    }
    CrashPoint.AFTER_DELETE.pass();
    Duration share = took.dividedBy(deeds.size());
    Instant completedAt = Ledger.completedAt(handle);
    List<Settled> settled =
        deeds.stream().map(deed -> outcomes.settled(deed, attempt, share, completedAt)).toList();
    Ledger.close(
        handle,
        deeds.stream().map(Deed::received).toList(),
        settled,
        RowOutcomes.keptKeys(handle, deeds));
    return settled;
  }

  private static long rows(List<Deed> deeds) {
    return deeds.stream().mapToLong(deed -> deed.account().rows()).sum();
  }

  /**
   * Carries one claim out, or finds that it was: with savepoints where rows are refused.
   *
   * @param attempt 1 for the first
   * @throws InvalidEventException when the claim can never be carried out
   */
  public Carried carryOut(ReceivedClaim received, ExpiredRecords claim, int attempt) {
    Optional<GoneFiles.Look> look = goneFiles.map(it -> look(it, claim));
    return database.inTransaction(
        handle -> {
          long started = System.nanoTime();
          limit(handle);
          List<Deed> deeds = new ArrayList<>();
          List<Settled> before = new ArrayList<>();
          if (Ledger.open(handle, received)) {
            deeds.add(alone(handle, received, claim, look));
          } else {
            before.add(replay(handle, received));
          }
          Duration took = Duration.ofNanos(System.nanoTime() - started);
          List<Settled> now = settle(handle, deeds, attempt, took);
          return new Carried(deeds.isEmpty() ? before : now, rows(deeds), took);
        });
  }

  /** In a transaction that locks nothing and has ended before a store is asked. */
  private GoneFiles.Look look(GoneFiles files, ExpiredRecords claim) {
    return files.look(
        database
            .inTransaction(
                handle -> {
                  limit(handle);
                  RowQueries queries = new RowQueries(statements, handle.getConnection());
                  return files.named().texts(handle.getConnection(), queries.distinct(claim));
                })
            .values());
  }

  private Deed alone(
      Handle handle, ReceivedClaim received, ExpiredRecords claim, Optional<GoneFiles.Look> look)
      throws SQLException {
    RowQueries queries = new RowQueries(statements, handle.getConnection());
    KeyBatch keys = queries.distinct(claim);
    List<LockedRow> locked = queries.lockDue(keys, claim.cutoff());
    Set<Integer> guarded = new HashSet<>(queries.guarded(keys, locked));
    look.ifPresent(
        seen ->
            locked.stream()
                .filter(row -> !seen.gone(row.files()))
                .forEach(row -> guarded.add(row.position())));
    List<Integer> free =
        locked.stream().map(LockedRow::position).filter(it -> !guarded.contains(it)).toList();
    Deleted deleted = free.isEmpty() ? new Deleted() : new DeleteRows(queries, keys).delete(free);
    RefusedRows.remember(handle.getConnection(), statements.target(), keys, deleted.refused());
    Set<Integer> ours = new HashSet<>();
    locked.forEach(row -> ours.add(row.position()));
    List<Integer> others =
        IntStream.range(0, keys.size()).filter(i -> !ours.contains(i)).boxed().toList();
    RowAccount.Kept kept = RowAccount.Kept.of(others, queries.there(keys, others, claim.cutoff()));
    return new Deed(
        received, keys, locked, new RowAccount(keys.size(), guarded.size(), deleted, kept));
  }

  private static void limit(Handle handle) throws SQLException {
    try (var statement = handle.getConnection().createStatement()) {
      statement.execute(LIMITS);
    }
  }

  /**
   * A second statement, because the snapshot of the first is older than the other delivery's
   * commit.
   */
  private Settled replay(Handle handle, ReceivedClaim received) {
    return Ledger.read(handle, database.name(), received)
        .orElseThrow(
            () -> new IllegalStateException("ledger row vanished: " + received.identity()));
  }
}

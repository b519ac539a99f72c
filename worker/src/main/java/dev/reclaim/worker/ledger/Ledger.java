package dev.reclaim.worker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.Claim;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/** The ledger of one database. Every method works in the transaction of the handle it is given. */
public final class Ledger {
  private static final String OPEN =
      """
      INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest)
      VALUES (:plannedOn, :source, :id, :policy, :run, :kind, :digest)
      ON CONFLICT DO NOTHING
      """;

  private static final String OPEN_ALL =
      """
      INSERT INTO reclaim.ledger (planned_on, source, id, policy, run, kind, payload_digest)
      SELECT * FROM unnest(?::date[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
      ON CONFLICT DO NOTHING
      RETURNING planned_on, source, id
      """;

  private static final Comparator<ReceivedClaim> ORDER =
      Comparator.<ReceivedClaim, LocalDate>comparing(claim -> claim.identity().plannedOn())
          .thenComparing(claim -> claim.identity().source())
          .thenComparing(claim -> claim.identity().id());

  private static final String READ =
      """
      SELECT payload_digest, outcome::text AS outcome, follow_ups::text AS follow_ups,
             coalesce(emitted_at < now() - CAST(:longAgo AS interval), false) AS said_long_ago
        FROM reclaim.ledger
       WHERE planned_on = :plannedOn AND source = :source AND id = :id
      """;

  private static final String CLOSE =
      """
      UPDATE reclaim.ledger
         SET outcome = CAST(:outcome AS jsonb), follow_ups = CAST(:followUps AS jsonb),
             deleted_keys = CAST(:deletedKeys AS jsonb), rows = :rows, files = :files, bytes = :bytes
       WHERE planned_on = :plannedOn AND source = :source AND id = :id
      """;

  private static final String NAMES_FOLLOW_UP =
      """
      SELECT EXISTS (
        SELECT 1 FROM reclaim.ledger, jsonb_array_elements(follow_ups) AS f
         WHERE planned_on = :plannedOn AND source = :source AND id = :id
           AND f -> 'event' ->> 'id' = :followUp
           AND f -> 'claim' ->> 'run' IS NOT DISTINCT FROM CAST(:run AS text))
      """;

  private static final String EMITTED =
      """
      UPDATE reclaim.ledger AS l SET emitted_at = now()
        FROM unnest(?::date[], ?::text[], ?::text[]) AS e(planned_on, source, id)
       WHERE l.planned_on = e.planned_on AND l.source = e.source AND l.id = e.id AND l.emitted_at IS NULL
      """;

  private static final String BOUNDS =
      """
      SELECT floor, ((now() AT TIME ZONE 'UTC') + interval '1 day')::date AS ceiling
        FROM reclaim.ledger_floor
      """;

  /** A check violation, of which an insert into the ledger can have no other. */
  private static final String NO_PARTITION = "23514";

  private Ledger() {}

  /** The days that events may be planned on, both included. */
  public record Bounds(LocalDate floor, LocalDate ceiling) {
    public boolean include(LocalDate day) {
      return !day.isBefore(floor) && !day.isAfter(ceiling);
    }
  }

  /**
   * The right to carry the event out; not given when another delivery has it, which may mean
   * waiting for its end.
   *
   * @throws InvalidEventException when the ledger has dropped the event's day since it was asked
   *     for its bounds
   */
  public static boolean open(Handle handle, ReceivedClaim received) {
    Claim claim = received.claim();
    int opened;
    try {
      opened =
          handle
              .createUpdate(OPEN)
              .bindMap(received.identityColumns())
              .bind("policy", claim.policy())
              .bind("run", claim.run())
              .bind("kind", kind(claim))
              .bind("digest", received.payloadDigest())
              .execute();
    } catch (UnableToExecuteStatementException e) {
      if (e.getCause() instanceof SQLException cause && NO_PARTITION.equals(cause.getSQLState())) {
        throw new InvalidEventException(
            Refusal.TOO_OLD,
            "too old: the ledger has no " + received.identity().plannedOn() + " any more",
            e);
      }
      throw e;
    }
    CrashPoint.AFTER_LEDGER_INSERT.pass();
    return opened == 1;
  }

  /**
   * The same for several events in one statement, in an order that two workers share.
   *
   * @return those that the right was given for
   */
  public static Set<EventIdentity> open(Handle handle, List<ReceivedClaim> all)
      throws SQLException {
    List<ReceivedClaim> claims = all.stream().sorted(ORDER).toList();
    Set<EventIdentity> opened = new HashSet<>();
    try (PreparedStatement insert = handle.getConnection().prepareStatement(OPEN_ALL)) {
      array(insert, 1, claims, claim -> claim.identity().plannedOn().toString());
      array(insert, 2, claims, claim -> claim.identity().source());
      array(insert, 3, claims, claim -> claim.identity().id());
      array(insert, 4, claims, claim -> claim.claim().policy());
      array(insert, 5, claims, claim -> claim.claim().run());
      array(insert, 6, claims, claim -> kind(claim.claim()));
      array(insert, 7, claims, ReceivedClaim::payloadDigest);
      try (ResultSet rows = insert.executeQuery()) {
        while (rows.next()) {
          opened.add(
              new EventIdentity(
                  rows.getString("source"),
                  rows.getString("id"),
                  rows.getObject("planned_on", LocalDate.class)));
        }
      }
    }
    CrashPoint.AFTER_LEDGER_INSERT.pass();
    return opened;
  }

  private static <T> void array(
      PreparedStatement statement,
      int parameter,
      List<T> entries,
      Function<T, @Nullable String> text)
      throws SQLException {
    statement.setArray(
        parameter,
        statement.getConnection().createArrayOf("text", entries.stream().map(text).toArray()));
  }

  /**
   * What was said of the event, if it was carried out.
   *
   * @throws InvalidEventException when the event carries another payload than the one that was
   *     carried out
   */
  public static Optional<Settled> read(Handle handle, String database, ReceivedClaim received) {
    return handle
        .createQuery(READ)
        .bindMap(received.identityColumns())
        .bind("longAgo", Unemitted.REMEMBERED.dividedBy(2).toString())
        .map(
            (row, context) -> {
              if (!row.getString("payload_digest").equals(received.payloadDigest())) {
                throw new InvalidEventException(
                    Refusal.ID_REUSED,
                    "id-reused: another payload was carried out under " + received.identity());
              }
              byte[] outcome = row.getString("outcome").getBytes(UTF_8);
              String followUps = row.getString("follow_ups");
              return new Settled(
                  database,
                  EventCodec.decode(outcome, CleanupOutcome.class),
                  followUps == null
                      ? List.of()
                      : List.of(EventCodec.decode(followUps.getBytes(UTF_8), FollowUp[].class)),
                  row.getBoolean("said_long_ago"));
            })
        .findOne();
  }

  /**
   * Completes the row that {@link #open} made.
   *
   * @param deletedKeys JSON-able keys or paths to keep for audit; empty where the run does not ask
   *     for them
   */
  public static void close(
      Handle handle, ReceivedClaim received, Settled settled, List<?> deletedKeys) {
    int closed = bind(handle.createUpdate(CLOSE), received, settled, deletedKeys).execute();
    if (closed != 1) {
      throw new IllegalStateException("no open ledger row for " + received.identity());
    }
    CrashPoint.BEFORE_COMMIT.pass();
  }

  /**
   * Completes the rows of several events.
   *
   * @param deletedKeys of each, as above
   */
  public static void close(
      Handle handle,
      List<ReceivedClaim> received,
      List<Settled> settled,
      List<? extends List<?>> deletedKeys) {
    PreparedBatch batch = handle.prepareBatch(CLOSE);
    for (int i = 0; i < received.size(); i++) {
      bind(batch, received.get(i), settled.get(i), deletedKeys.get(i)).add();
    }
    int closed = Arrays.stream(batch.execute()).sum();
    if (closed != received.size()) {
      throw new IllegalStateException(
          "%d of %d ledger rows are open".formatted(closed, received.size()));
    }
    CrashPoint.BEFORE_COMMIT.pass();
  }

  private static <T extends SqlStatement<T>> T bind(
      T statement, ReceivedClaim received, Settled settled, List<?> deletedKeys) {
    CleanupOutcome outcome = settled.outcome();
    return statement
        .bindMap(received.identityColumns())
        .bind("outcome", json(outcome))
        .bind("followUps", settled.followUps().isEmpty() ? null : json(settled.followUps()))
        .bind("deletedKeys", deletedKeys.isEmpty() ? null : json(deletedKeys))
        .bind("rows", outcome.reclaimed().rows())
        .bind("files", outcome.reclaimed().files())
        .bind("bytes", outcome.reclaimed().bytes());
  }

  /**
   * Whether the ledger row of {@code parent} names the event {@code followUp}, and as one of that
   * run: its id does not say whose accounts it is for.
   */
  public static boolean names(
      Handle handle, EventIdentity parent, String followUp, @Nullable String run) {
    return handle
        .createQuery(NAMES_FOLLOW_UP)
        .bindMap(ReceivedClaim.columns(parent))
        .bind("followUp", followUp)
        .bind("run", run)
        .mapTo(Boolean.class)
        .one();
  }

  /** Notes that the outcomes of these events are on their topic. */
  public static void emitted(Handle handle, List<EventIdentity> events) throws SQLException {
    try (PreparedStatement update = handle.getConnection().prepareStatement(EMITTED)) {
      array(update, 1, events, event -> event.plannedOn().toString());
      array(update, 2, events, EventIdentity::source);
      array(update, 3, events, EventIdentity::id);
      update.executeUpdate();
    }
  }

  /** The days whose events are accepted, on the database's clock. */
  public static Bounds bounds(Handle handle) {
    return handle
        .createQuery(BOUNDS)
        .map(
            (row, context) ->
                new Bounds(
                    row.getObject("floor", LocalDate.class),
                    row.getObject("ceiling", LocalDate.class)))
        .one();
  }

  /**
   * The time that {@link #open} wrote as completion: the start of the transaction, on the
   * database's clock.
   */
  public static Instant completedAt(Handle handle) {
    return handle.createQuery("SELECT now()").mapTo(Instant.class).one();
  }

  private static String kind(Claim claim) {
    return switch (claim.kind()) {
      case EXPIRED_RECORDS -> "expired-records";
      case ORPHANED_FILES -> "orphaned-files";
      case STORE_LEFTOVERS -> "store-leftovers";
      case EXPIRED_PARTITION -> "expired-partition";
      case QUARANTINED_FILES -> "quarantined-files";
    };
  }

  private static String json(Object value) {
    return new String(EventCodec.encode(value), UTF_8);
  }
}

package dev.reclaim.simulation;

import dev.reclaim.events.EventCodec;
import dev.reclaim.simulation.FakeDatabase.Named;
import dev.reclaim.worker.ledger.FollowUp;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements about the ledger of events. */
final class LedgerStatements {
  private static final String BEFORE_OPENING = "ledger before opening";

  private final FakeDatabase database;

  LedgerStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add((session, values) -> set(session), "SET LOCAL");
    statements.add(this::openAll, "INSERT INTO reclaim.ledger", "unnest");
    statements.add(this::open, "INSERT INTO reclaim.ledger (", "ON CONFLICT DO NOTHING");
    statements.add(this::read, "SELECT payload_digest", "said_long_ago");
    statements.add(this::close, "UPDATE reclaim.ledger", "SET outcome");
    statements.read(this::names, "jsonb_array_elements(follow_ups)", "SELECT EXISTS");
    statements.add(this::emitted, "UPDATE reclaim.ledger", "emitted_at = now()");
    statements.add(this::bounds, "FROM reclaim.ledger_floor", "AS ceiling");
    statements.add(
        this::oldest, "FROM reclaim.ledger", "emitted_at IS NULL", "ORDER BY completed_at");
    statements.add(this::overdue, "SELECT count(*) FROM reclaim.ledger");
    statements.add(
        (session, values) -> Rows.one(database.tryAdvisory("sweep", session)),
        "pg_try_advisory_lock(hashtext('reclaim.sweep_unemitted'))");
    statements.add(this::unlock, "pg_advisory_unlock(hashtext('reclaim.sweep_unemitted'))");
    statements.add((session, values) -> Rows.one(session.transaction().began), "SELECT now()");
    statements.add((session, values) -> Rows.one(database.now()), "SELECT clock_timestamp()");
    statements.add(this::keptKeys, "SELECT keep_keys FROM reclaim.run");
    statements.add(this::runExists, "SELECT EXISTS (SELECT 1 FROM reclaim.run WHERE id");
  }

  private static Rows set(FakeSession session) {
    return Rows.changed(session.isClosed() ? 1 : 0);
  }

  private Rows open(FakeSession session, Object[] given) throws SQLException {
    Values values = new Values(given);
    return Rows.changed(
        open(
                session,
                Named.of(values.identity(0)),
                values.word(3),
                values.text(4),
                values.word(5),
                values.word(6))
            ? 1
            : 0);
  }

  private Rows openAll(FakeSession session, Object[] given) throws SQLException {
    Values values = new Values(given);
    Rows opened = Rows.of("planned_on", "source", "id");
    for (int i = 0; i < values.array(0).length; i++) {
      Named event = Named.of(values.identity(0, i));
      Object run = values.array(4)[i];
      if (open(
          session,
          event,
          values.texts(3)[i],
          run == null ? null : run.toString(),
          values.texts(5)[i],
          values.texts(6)[i])) {
        opened.add(event.plannedOn(), event.source(), event.id());
      }
    }
    return opened;
  }

  /** Waits for the end of whoever is inserting the same. */
  private boolean open(
      FakeSession session,
      Named event,
      String policy,
      @Nullable String run,
      String kind,
      String digest)
      throws SQLException {
    session.transaction().snapshots.put(BEFORE_OPENING, Map.copyOf(database.ledger.committed));
    boolean free = database.sabotage().is(Sabotage.Kind.LEDGER_WITHOUT_KEY);
    if (!free && database.ledger.committed.containsKey(event)) {
      return false;
    }
    session.lock(database.ledger, event);
    if (event.plannedOn().isBefore(database.floor())
        && !database.sabotage().is(Sabotage.Kind.NO_FLOOR)) {
      throw FakeSession.error("23514", "no partition of relation \"ledger\" found for row");
    }
    if (!free && database.ledger.seenBy(session.transaction()).containsKey(event)) {
      return false;
    }
    Entry entry =
        new Entry(
            policy, run, kind, digest, null, null, 0, 0, 0, session.transaction().began, null);
    session.transaction().put(database.ledger, event, Optional.of(entry));
    return true;
  }

  private Rows read(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Named event = Named.of(values.identity(1));
    @Nullable Entry entry = seen(session).get(event);
    Rows rows = Rows.of("payload_digest", "outcome", "follow_ups", "said_long_ago");
    if (entry != null) {
      Instant longAgo = session.transaction().began.minus(values.interval());
      boolean said = entry.emittedAt() != null && entry.emittedAt().isBefore(longAgo);
      rows.add(entry.digest(), entry.outcome(), entry.followUps(), said);
    }
    return rows;
  }

  @SuppressWarnings("unchecked") // Put there by open().
  private Map<Named, Entry> seen(FakeSession session) {
    Transaction mine = session.transaction();
    return database.sabotage().is(Sabotage.Kind.ONE_STATEMENT_READ)
            && mine.snapshots.containsKey(BEFORE_OPENING)
        ? (Map<Named, Entry>) mine.snapshots.get(BEFORE_OPENING)
        : database.ledger.seenBy(mine);
  }

  private Rows close(FakeSession session, Object[] given) throws SQLException {
    Values values = new Values(given);
    Named event = Named.of(values.identity(6));
    session.lock(database.ledger, event);
    @Nullable Entry entry = database.ledger.seenBy(session.transaction()).get(event);
    if (entry == null) {
      return Rows.changed(0);
    }
    session
        .transaction()
        .put(
            database.ledger,
            event,
            Optional.of(
                entry.closed(
                    values.text(0),
                    values.text(1),
                    values.number(3),
                    values.number(4),
                    values.number(5))));
    return Rows.changed(1);
  }

  private Behaviour names(String sql) {
    boolean ofRun = sql.contains("'run' IS NOT DISTINCT FROM");
    return (session, given) -> names(session, new Values(given), ofRun);
  }

  private Rows names(FakeSession session, Values values, boolean ofRun) {
    @Nullable Entry parent =
        database.ledger.seenBy(session.transaction()).get(Named.of(values.identity(0)));
    boolean named =
        parent != null
            && followUps(parent).stream()
                .filter(it -> it.event().id().equals(values.text(3)))
                .anyMatch(it -> !ofRun || Objects.equals(it.claim().run(), values.text(4)));
    return Rows.one(named || database.sabotage().is(Sabotage.Kind.NO_ENTITLEMENT));
  }

  /** What an account names to be sent after it. */
  static List<FollowUp> followUps(Entry entry) {
    @Nullable String named = entry.followUps();
    return named == null
        ? List.of()
        : Arrays.asList(
            EventCodec.decode(named.getBytes(StandardCharsets.UTF_8), FollowUp[].class));
  }

  private Rows emitted(FakeSession session, Object[] given) throws SQLException {
    Values values = new Values(given);
    int changed = 0;
    for (int i = 0; i < values.array(0).length; i++) {
      Named event = Named.of(values.identity(0, i));
      session.lock(database.ledger, event);
      @Nullable Entry entry = database.ledger.seenBy(session.transaction()).get(event);
      if (entry != null && entry.emittedAt() == null) {
        session
            .transaction()
            .put(database.ledger, event, Optional.of(entry.emitted(session.transaction().began)));
        changed++;
      }
    }
    return Rows.changed(changed);
  }

  private Rows bounds(FakeSession session, Object[] given) {
    LocalDate floor =
        database.sabotage().is(Sabotage.Kind.NO_FLOOR) ? LocalDate.EPOCH : database.floor();
    return Rows.of("floor", "ceiling")
        .add(floor, LocalDate.ofInstant(session.transaction().began, ZoneOffset.UTC).plusDays(1));
  }

  private Rows oldest(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Instant before = session.transaction().began.minus(values.interval());
    Rows rows = Rows.of("source", "id", "planned_on", "outcome", "follow_ups");
    if (!database.sabotage().is(Sabotage.Kind.NO_SWEEPER)) {
      database.ledger.seenBy(session.transaction()).entrySet().stream()
          .filter(it -> unsaid(it.getValue(), before))
          .sorted(Comparator.comparing(it -> it.getValue().completedAt()))
          .limit(values.number(1))
          .forEach(
              it ->
                  rows.add(
                      it.getKey().source(),
                      it.getKey().id(),
                      it.getKey().plannedOn(),
                      it.getValue().outcome(),
                      it.getValue().followUps()));
    }
    return rows;
  }

  private static boolean unsaid(Entry entry, Instant before) {
    return entry.emittedAt() == null
        && entry.outcome() != null
        && entry.completedAt().isBefore(before);
  }

  private Rows overdue(FakeSession session, Object[] given) {
    Instant before = session.transaction().began.minus(new Values(given).interval().dividedBy(4));
    return Rows.one(
        database.ledger.committed.values().stream().filter(it -> unsaid(it, before)).count());
  }

  private Rows unlock(FakeSession session, Object[] given) {
    database.unlockAdvisory("sweep", session);
    return Rows.one(true);
  }

  private Rows keptKeys(FakeSession session, Object[] given) {
    @Nullable RunRow run = database.runs.committed.get(new Values(given).word(0));
    return Rows.one(run != null && run.keepKeys());
  }

  private Rows runExists(FakeSession session, Object[] given) {
    Values values = new Values(given);
    @Nullable String id = values.text(0);
    @Nullable RunRow run = id == null ? null : database.runs.committed.get(id);
    return Rows.one(run != null && run.policy().equals(values.text(1)));
  }
}

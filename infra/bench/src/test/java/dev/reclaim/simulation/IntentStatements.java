package dev.reclaim.simulation;

import dev.reclaim.simulation.FakeDatabase.Named;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Statements about the book of intents, clause by clause as their text has them. */
final class IntentStatements {
  private final FakeDatabase database;

  IntentStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(this::begin, "INSERT INTO reclaim.open_claim");
    statements.add(this::hold, "SELECT 1 FROM reclaim.open_claim", "FOR UPDATE");
    statements.add(this::end, "DELETE FROM reclaim.open_claim", "NOT EXISTS");
    statements.read(Take::new, "INSERT INTO reclaim.store_intent AS i");
    statements.add(this::fence, "UPDATE reclaim.store_intent SET attempt", "fenced_at = now()");
    statements.read(Fenced::new, "JOIN reclaim.store_intent", "HAVING bool_and");
    statements.add(this::underWay, "SELECT EXISTS", "FROM reclaim.store_intent");
    statements.read(Settle::new, "UPDATE reclaim.store_intent AS i SET state = 'done'");
    statements.read(Settle::new, "DELETE FROM reclaim.store_intent AS i");
    statements.add(
        this::takeAgain, "UPDATE reclaim.store_intent SET attempt = attempt + 1", "RETURNING");
    statements.add(
        (session, values) -> own(session, values, it -> it.fencedAt() != null),
        "FROM reclaim.store_intent",
        "fenced_at IS NOT NULL");
    statements.add(
        (session, values) -> own(session, values, it -> true),
        "FROM reclaim.store_intent",
        "ORDER BY path");
    statements.add((session, values) -> Rows.changed(0), "INSERT INTO reclaim.dead_letter");
    statements.add((session, values) -> Rows.of("name"), "SELECT", "FROM reclaim.quarantined_file");
    statements.add(
        (session, values) -> Rows.changed(0), "UPDATE reclaim.quarantined_file SET state");
  }

  private Map<String, IntentRow> seen(FakeSession session) {
    return database.intents.seenBy(session.transaction());
  }

  private Rows begin(FakeSession session, Object[] given) throws SQLException {
    Named event = Named.of(new Values(given).identity(1));
    session.lock(database.openClaims, event);
    session.transaction().put(database.openClaims, event, Optional.of(true));
    return Rows.changed(1);
  }

  private Rows hold(FakeSession session, Object[] given) throws SQLException {
    Named event = Named.of(new Values(given).identity(1));
    Rows rows = Rows.of("one");
    if (isBegun(session, event)) {
      session.lock(database.openClaims, event);
      if (isBegun(session, event)) {
        rows.add(1);
      }
    }
    return rows;
  }

  private Rows end(FakeSession session, Object[] given) throws SQLException {
    Named event = Named.of(new Values(given).identity(1));
    if (!isBegun(session, event)
        || seen(session).values().stream().anyMatch(it -> it.isOpenOf(event))) {
      return Rows.changed(0);
    }
    session.lock(database.openClaims, event);
    session.transaction().put(database.openClaims, event, Optional.empty());
    return Rows.changed(1);
  }

  private boolean isBegun(FakeSession session, Named event) {
    return database.openClaims.seenBy(session.transaction()).containsKey(event);
  }

  private static Rows rows() {
    return Rows.of("path", "version", "size", "attempt");
  }

  private static void add(Rows rows, IntentRow intent) {
    rows.add(intent.path(), intent.version(), intent.size(), intent.attempt());
  }

  private Rows own(FakeSession session, Object[] given, Predicate<IntentRow> which) {
    Named event = Named.of(new Values(given).identity(1));
    Rows rows = rows();
    seen(session).values().stream()
        .filter(it -> it.isOpenOf(event) && which.test(it))
        .sorted(Comparator.comparing(IntentRow::path))
        .forEach(it -> add(rows, it));
    return rows;
  }

  private Rows takeAgain(FakeSession session, Object[] given) throws SQLException {
    Named event = Named.of(new Values(given).identity(1));
    Rows rows = rows();
    for (String key : keys(session, it -> it.isOpenOf(event))) {
      session.lock(database.intents, key);
      @Nullable IntentRow intent = seen(session).get(key);
      if (intent != null && intent.isOpenOf(event)) {
        IntentRow again = intent.again(intent.fencedAt());
        session.transaction().put(database.intents, key, Optional.of(again));
        add(rows, again);
      }
    }
    return rows;
  }

  private Rows underWay(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Named event = Named.of(values.identity(1));
    Instant since = session.transaction().began.minus(values.interval());
    boolean waits = !database.sabotage().is(Sabotage.Kind.NO_WAIT_FOR_DELETIONS);
    return Rows.one(
        waits
            && seen(session).values().stream()
                .anyMatch(it -> it.isOpenOf(event) && it.openedAt().isAfter(since)));
  }

  private List<String> keys(FakeSession session, Predicate<IntentRow> which) {
    List<String> keys = new ArrayList<>();
    seen(session)
        .forEach(
            (key, intent) -> {
              if (which.test(intent)) {
                keys.add(key);
              }
            });
    return keys;
  }

  private Rows fence(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Instant before = session.transaction().began.minus(values.interval());
    int fenced = 0;
    for (String key :
        keys(session, it -> isAbandoned(it, before) && isBegun(session, it.event()))) {
      if (session.tryLock(database.intents, key)) {
        @Nullable IntentRow intent = seen(session).get(key);
        if (intent != null && isAbandoned(intent, before)) {
          session
              .transaction()
              .put(database.intents, key, Optional.of(intent.again(session.transaction().began)));
          fenced++;
        }
      }
    }
    return Rows.changed(fenced);
  }

  private static boolean isAbandoned(IntentRow intent, Instant before) {
    return !intent.done() && intent.fencedAt() == null && intent.openedAt().isBefore(before);
  }

  /** Inserts, or takes again what is its own or was done long ago. */
  private final class Take implements Behaviour {
    private final boolean counts;
    private final boolean exclusive;

    Take(String sql) {
      this.counts = sql.contains("i.attempt + 1");
      this.exclusive = sql.contains("i.id = ?");
    }

    @Override
    public Rows run(FakeSession session, Object[] given) throws SQLException {
      Values values = new Values(given);
      Named event = Named.of(values.identity(1));
      String[] paths = values.texts(6);
      Map<String, Integer> sorted = new TreeMap<>();
      for (int i = 0; i < paths.length; i++) {
        sorted.put(IntentRow.key(paths[i], values.texts(7)[i]), i);
      }
      Instant now = session.transaction().began;
      Instant gone = now.minus(values.interval());
      Rows rows = rows();
      for (Map.Entry<String, Integer> each : sorted.entrySet()) {
        int i = each.getValue();
        session.lock(database.intents, each.getKey());
        @Nullable IntentRow there = seen(session).get(each.getKey());
        if (there == null || isFree(there, event, gone)) {
          IntentRow taken =
              new IntentRow(
                  paths[i],
                  values.texts(7)[i],
                  event,
                  ((Number) values.array(8)[i]).longValue(),
                  there == null || there.done() ? 1 : there.attempt() + (counts ? 1 : 0),
                  values.text(4),
                  values.text(5),
                  false,
                  now,
                  null,
                  null);
          session.transaction().put(database.intents, each.getKey(), Optional.of(taken));
          add(rows, taken);
        }
      }
      return rows;
    }

    private boolean isFree(IntentRow there, Named event, Instant gone) {
      if (!there.done()) {
        return there.event().equals(event) || !exclusive;
      }
      return !exclusive || (there.closedAt() != null && there.closedAt().isBefore(gone));
    }
  }

  private final class Fenced implements Behaviour {
    private final boolean waits;

    Fenced(String sql) {
      this.waits = !database.sabotage().is(Sabotage.Kind.NO_GRACE) && sql.contains("fenced_at <");
    }

    @Override
    public Rows run(FakeSession session, Object[] given) {
      Values values = new Values(given);
      Instant before = waits ? session.transaction().began.minus(values.interval()) : Instant.MAX;
      Map<Named, List<IntentRow>> open = new TreeMap<>();
      seen(session).values().stream()
          .filter(it -> !it.done() && isBegun(session, it.event()))
          .forEach(it -> open.computeIfAbsent(it.event(), event -> new ArrayList<>()).add(it));
      Rows rows = Rows.of("planned_on", "source", "id", "policy", "run");
      open.forEach(
          (event, its) -> {
            boolean all =
                its.stream()
                    .allMatch(it -> it.fencedAt() != null && it.fencedAt().isBefore(before));
            if (all) {
              rows.add(
                  event.plannedOn(),
                  event.source(),
                  event.id(),
                  its.get(0).policy(),
                  its.get(0).run());
            }
          });
      return rows;
    }
  }

  /** Closes or gives up those that nobody has taken meanwhile. */
  private final class Settle implements Behaviour {
    private final boolean closes;
    private final boolean compares;

    Settle(String sql) {
      this.closes = sql.startsWith("UPDATE");
      this.compares = sql.contains("u.attempt") && sql.contains("i.attempt = u.attempt");
    }

    @Override
    public Rows run(FakeSession session, Object[] given) throws SQLException {
      Values values = new Values(given);
      Named its = Named.of(values.identity(4));
      int settled = 0;
      for (int i = 0; i < values.array(0).length; i++) {
        String key = IntentRow.key(values.texts(0)[i], values.texts(1)[i]);
        int attempt = ((Number) values.array(2)[i]).intValue();
        if (!seen(session).containsKey(key)) {
          continue;
        }
        session.lock(database.intents, key);
        @Nullable IntentRow intent = seen(session).get(key);
        if (intent != null && intent.isOpenOf(its) && (!compares || intent.attempt() == attempt)) {
          session
              .transaction()
              .put(
                  database.intents,
                  key,
                  closes
                      ? Optional.of(intent.closed(session.transaction().began))
                      : Optional.empty());
          settled++;
        }
      }
      return Rows.changed(settled);
    }
  }
}

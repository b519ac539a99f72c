package dev.reclaim.simulation;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.simulation.FakeDatabase.Named;
import dev.reclaim.worker.ledger.FollowUp;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Statements about what a run has published, and what has become of it. */
final class RunEventStatements {
  private final FakeDatabase database;

  RunEventStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(this::note, "INSERT INTO reclaim.run_event");
    statements.add(this::forget, "DELETE FROM reclaim.run_event WHERE run");
    statements.add(this::noteFiles, "INSERT INTO reclaim.run_claimed_file");
    statements.add(this::files, "SELECT fingerprints FROM reclaim.run_claimed_file");
    statements.add(this::forgetFiles, "DELETE FROM reclaim.run_claimed_file");
    statements.add(this::unsettled, "FROM reclaim.run_event e", "NOT EXISTS");
    statements.add(this::locked, "'locked')::bigint), 0)\n", "FROM reclaim.run_event e");
    statements.add(this::ended, "SELECT id FROM reclaim.ledger\n", "= ANY (");
    statements.add(this::dead, "SELECT id FROM reclaim.dead_letter\n", "= ANY (");
    statements.add(this::followUpsOfRun, "f -> 'claim' ->> 'store'", "AND l.run = ?");
    statements.add(this::followUpsOfEvents, "f -> 'claim' ->> 'store'", "l.id = ANY");
    statements.add(this::letters, "SELECT reason FROM reclaim.dead_letter");
    statements.add(this::noteLetter, "INSERT INTO reclaim.dead_letter", "FROM reclaim.run r WHERE");
    statements.add(
        (session, values) -> Rows.of("path", "labels"), "(file -> 'labels')::text AS labels");
    statements.add(
        (session, values) -> Rows.of("reason"), "SELECT reason FROM reclaim.stopped_policy");
  }

  private Rows note(FakeSession session, Object[] given) {
    Values values = new Values(given);
    String run = values.word(0);
    String[] ids = values.texts(2);
    Map<String, RunEvent> seen = database.runEvents.seenBy(session.transaction());
    int noted = 0;
    for (int i = 0; i < ids.length; i++) {
      Named event = new Named(LocalDate.parse(values.texts(4)[i]), values.texts(3)[i], ids[i]);
      RunEvent row = new RunEvent(run, event, values.number(1));
      if (!seen.containsKey(row.key())) {
        session.transaction().put(database.runEvents, row.key(), Optional.of(row));
        noted++;
      }
      session.transaction().whenCommitted.add(() -> database.truth().noted(row));
    }
    return Rows.changed(noted);
  }

  private Rows forget(FakeSession session, Object[] given) {
    String run = new Values(given).word(0);
    of(session, run)
        .toList()
        .forEach(
            event -> session.transaction().put(database.runEvents, event.key(), Optional.empty()));
    return Rows.changed(0);
  }

  private Stream<RunEvent> of(FakeSession session, String run) {
    return database.runEvents.seenBy(session.transaction()).values().stream()
        .filter(event -> event.run().equals(run));
  }

  private Rows noteFiles(FakeSession session, Object[] given) {
    Values values = new Values(given);
    String key =
        "%s#%d#%d".formatted(values.word(0), values.number(1), database.scheduler().step());
    session
        .transaction()
        .put(database.claimedFiles, key, Optional.of((byte[]) Objects.requireNonNull(given[2])));
    return Rows.changed(1);
  }

  private Rows files(FakeSession session, Object[] given) {
    Values values = new Values(given);
    String prefix = "%s#%d#".formatted(values.word(0), values.number(1));
    Rows rows = Rows.of("fingerprints");
    database
        .claimedFiles
        .seenBy(session.transaction())
        .forEach(
            (key, part) -> {
              if (key.startsWith(prefix)) {
                rows.add((Object) part);
              }
            });
    return rows;
  }

  private Rows forgetFiles(FakeSession session, Object[] given) {
    String prefix = new Values(given).word(0) + "/";
    Map<String, RunRow> runs = database.runs.seenBy(session.transaction());
    List.copyOf(database.claimedFiles.seenBy(session.transaction()).keySet()).stream()
        .filter(key -> key.startsWith(prefix))
        .filter(
            key -> {
              @Nullable RunRow run = runs.get(key.substring(0, key.indexOf('#')));
              return run != null && !run.unfinished();
            })
        .forEach(key -> session.transaction().put(database.claimedFiles, key, Optional.empty()));
    return Rows.changed(0);
  }

  private Rows unsettled(FakeSession session, Object[] given) {
    Rows rows = Rows.of("planned_on", "source", "id");
    Map<Named, Entry> ledger = database.ledger.seenBy(session.transaction());
    of(session, new Values(given).word(0))
        .map(RunEvent::event)
        .filter(event -> !ledger.containsKey(event))
        .filter(event -> !database.deadLetters.committed.containsKey(event))
        .forEach(event -> rows.add(event.plannedOn(), event.source(), event.id()));
    return rows;
  }

  private Rows locked(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Map<Named, Entry> ledger = database.ledger.seenBy(session.transaction());
    return Rows.one(
        of(session, values.word(0))
            .filter(event -> event.pass() == values.number(1))
            .map(event -> Optional.ofNullable(ledger.get(event.event())))
            .flatMap(Optional::stream)
            .filter(entry -> values.word(2).equals(entry.run()))
            .mapToLong(entry -> outcome(entry).counts().locked())
            .sum());
  }

  static CleanupOutcome outcome(Entry entry) {
    return EventCodec.decode(
        Objects.requireNonNull(entry.outcome()).getBytes(StandardCharsets.UTF_8),
        CleanupOutcome.class);
  }

  private Rows ended(FakeSession session, Object[] given) {
    boolean all = database.sabotage().is(Sabotage.Kind.NO_DRAIN);
    Map<Named, Entry> ledger = database.ledger.seenBy(session.transaction());
    return ids(given, event -> all || ledger.containsKey(event));
  }

  private Rows dead(FakeSession session, Object[] given) {
    return ids(given, database.deadLetters.seenBy(session.transaction())::containsKey);
  }

  private static Rows ids(Object[] given, Predicate<Named> which) {
    Values values = new Values(given);
    Rows rows = Rows.of("id");
    for (String id : values.texts(2)) {
      if (which.test(new Named(values.day(0), values.word(1), id))) {
        rows.add(id);
      }
    }
    return rows;
  }

  private Rows followUpsOfRun(FakeSession session, Object[] given) {
    String run = new Values(given).word(0);
    return followUps(
        database.ledger.seenBy(session.transaction()).values().stream()
            .filter(entry -> run.equals(entry.run()))
            .toList());
  }

  private Rows followUpsOfEvents(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Map<Named, Entry> ledger = database.ledger.seenBy(session.transaction());
    return followUps(
        Stream.of(values.texts(2))
            .map(id -> ledger.get(new Named(values.day(0), values.word(1), id)))
            .filter(Objects::nonNull)
            .toList());
  }

  private Rows followUps(Collection<Entry> entries) {
    Rows rows = Rows.of("id", "source", "time", "store");
    if (database.sabotage().is(Sabotage.Kind.NO_FOLLOW_UPS_AWAITED)) {
      return rows;
    }
    for (Entry entry : entries) {
      for (FollowUp each : LedgerStatements.followUps(entry)) {
        rows.add(
            each.event().id(), each.event().source(), each.event().time(), each.claim().store());
      }
    }
    return rows;
  }

  private Rows letters(FakeSession session, Object[] given) {
    String run = new Values(given).word(0);
    Rows rows = Rows.of("reason");
    database.deadLetters.seenBy(session.transaction()).values().stream()
        .filter(letter -> letter.run().equals(run))
        .forEach(letter -> rows.add(letter.reason()));
    return rows;
  }

  private Rows noteLetter(FakeSession session, Object[] given) {
    Values values = new Values(given);
    @Nullable String run = values.text(4);
    Named event = new Named(values.day(0), values.word(1), values.word(2));
    if (run == null
        || !database.runs.committed.containsKey(run)
        || database.deadLetters.committed.containsKey(event)) {
      return Rows.changed(0);
    }
    session
        .transaction()
        .put(database.deadLetters, event, Optional.of(new RunLetter(run, values.word(3))));
    return Rows.changed(1);
  }
}

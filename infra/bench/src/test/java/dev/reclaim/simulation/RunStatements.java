package dev.reclaim.simulation;

import dev.reclaim.simulation.RunRow.Lease;
import dev.reclaim.simulation.RunRow.Progress;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Statements about the table of runs. */
final class RunStatements {
  private static final Pattern RETENTION = Pattern.compile("now\\(\\)\\) - interval '(\\d+) sec");

  private final FakeDatabase database;

  RunStatements(FakeDatabase database) {
    this.database = database;
  }

  void teach(Statements statements) {
    statements.add(this::slotDone, "FROM reclaim.run WHERE id", "finished_at IS NOT NULL");
    statements.add(
        (session, values) -> Rows.changed(0), "WITH abandoned AS", "DELETE FROM reclaim.run_event");
    statements.read(this::start, "INSERT INTO reclaim.run (");
    statements.read(this::takeOver, "SET owner =");
    statements.add(this::mine, "SELECT id, policy, cutoff, started_at, pass, position, state");
    statements.add(this::holder, "SELECT owner FROM reclaim.run");
    statements.read(this::advance, "SET pass =");
    statements.read(this::keptNone, "SET guarded = 0");
    statements.read(this::note, "SET notes = CAST");
    statements.read(this::release, "SET lease_until = now()\n");
    statements.read(this::renew, "SET lease_until = now() + ");
    statements.read(this::finish, "finished_at = now()");
    statements.add(this::claimed, "undated, refused, notes");
  }

  private Rows slotDone(FakeSession session, Object[] given) {
    @Nullable RunRow run = row(session, new Values(given).word(0));
    return Rows.one(run != null && !run.unfinished());
  }

  private @Nullable RunRow row(FakeSession session, String id) {
    return database.runs.seenBy(session.transaction()).get(id);
  }

  /** At most one of a policy is unfinished: whoever ends or begins another is waited for. */
  private Behaviour start(String sql) {
    Matcher clause = RETENTION.matcher(sql);
    Duration kept = clause.find() ? Duration.ofSeconds(Long.parseLong(clause.group(1))) : null;
    boolean key = !database.sabotage().is(Sabotage.Kind.RUNS_WITHOUT_KEY);
    return (session, given) -> {
      Values values = new Values(given);
      String id = values.word(0);
      String policy = values.word(3);
      if (row(session, id) != null || (key && unfinished(session, policy).isPresent())) {
        return Rows.changed(0);
      }
      session.lock(database.unfinished, policy);
      session.lock(database.runs, id);
      if (row(session, id) != null || (key && unfinished(session, policy).isPresent())) {
        return Rows.changed(0);
      }
      Instant now = session.transaction().began;
      Lease lease = new Lease(values.word(6), now.plusSeconds(values.number(7)));
      RunRow run =
          new RunRow(
              id,
              policy,
              kept == null ? now : now.minus(kept),
              now,
              values.flag(8),
              lease,
              Progress.NONE,
              List.of(),
              Optional.empty());
      put(session, null, run);
      return Rows.changed(1);
    };
  }

  private Optional<RunRow> unfinished(FakeSession session, String policy) {
    return database.runs.seenBy(session.transaction()).values().stream()
        .filter(run -> run.unfinished() && run.policy().equals(policy))
        .findFirst();
  }

  private void put(FakeSession session, @Nullable RunRow before, RunRow after) {
    Transaction mine = session.transaction();
    mine.put(database.runs, after.id(), Optional.of(after));
    mine.whenCommitted.add(
        () -> database.truth().changed(new RunChange(session.machine, before, after)));
  }

  private Behaviour takeOver(String sql) {
    boolean patient = sql.contains("lease_until < now()");
    return (session, given) -> {
      Values values = new Values(given);
      String owner = values.word(0);
      Instant now = session.transaction().began;
      Optional<RunRow> found = unfinished(session, values.word(3));
      if (found.isEmpty()) {
        return Rows.changed(0);
      }
      return update(
          session,
          found.get().id(),
          run ->
              run.unfinished()
                  && (!patient
                      || run.lease().until().isBefore(now)
                      || run.lease().owner().equals(owner)),
          run -> run.leased(new Lease(owner, now.plusSeconds(values.number(1)))));
    };
  }

  private Rows update(
      FakeSession session, String id, Predicate<RunRow> where, UnaryOperator<RunRow> change)
      throws SQLException {
    @Nullable RunRow seen = row(session, id);
    if (seen == null || !where.test(seen)) {
      return Rows.changed(0);
    }
    session.lock(database.runs, id);
    @Nullable RunRow row = row(session, id);
    if (row == null || !where.test(row)) {
      return Rows.changed(0);
    }
    put(session, row, change.apply(row));
    return Rows.changed(1);
  }

  /** The clauses that hold an update to the run's holder, as far as the text has them. */
  private static final class Held {
    private final boolean its;
    private final boolean unfinished;

    Held(String sql) {
      this.its = sql.contains("owner = ?");
      this.unfinished = sql.contains("finished_at IS NULL");
    }

    Predicate<RunRow> by(String owner) {
      return run ->
          (!its || run.lease().owner().equals(owner)) && (!unfinished || run.unfinished());
    }
  }

  private Rows mine(FakeSession session, Object[] given) {
    Values values = new Values(given);
    Rows rows = Rows.of("id", "policy", "cutoff", "started_at", "pass", "position", "state");
    unfinished(session, values.word(0))
        .filter(run -> run.lease().owner().equals(values.word(1)))
        .ifPresent(
            run ->
                rows.add(
                    run.id(),
                    run.policy(),
                    run.cutoff(),
                    run.startedAt(),
                    run.progress().pass(),
                    run.progress().position(),
                    run.progress().state()));
    return rows;
  }

  private Rows holder(FakeSession session, Object[] given) {
    Rows rows = Rows.of("owner");
    unfinished(session, new Values(given).word(0)).ifPresent(run -> rows.add(run.lease().owner()));
    return rows;
  }

  private Behaviour advance(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      boolean first = values.number(0) == 1;
      Instant until = session.transaction().began.plusSeconds(values.number(10));
      return update(
          session,
          values.word(11),
          held.by(values.word(12)),
          run ->
              run.at(moved(run.progress(), values, first))
                  .leased(new Lease(run.lease().owner(), until)));
    };
  }

  private static Progress moved(Progress at, Values values, boolean first) {
    return new Progress(
        values.number(0),
        values.word(1),
        values.word(2),
        at.claimed() + values.number(3),
        at.guarded() + (first ? values.number(5) : 0),
        at.undated() + (first ? values.number(7) : 0),
        at.refused() + (first ? values.number(9) : 0));
  }

  private Behaviour keptNone(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      return update(
          session,
          values.word(0),
          held.by(values.word(1)).and(run -> values.number(2) == 1),
          run -> run.at(unguarded(run.progress())));
    };
  }

  private static Progress unguarded(Progress at) {
    return new Progress(
        at.pass(), at.position(), at.state(), at.claimed(), 0, at.undated(), at.refused());
  }

  private Behaviour note(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      List<String> notes = Arrays.asList(values.texts(0));
      return update(session, values.word(1), held.by(values.word(2)), run -> run.noting(notes));
    };
  }

  private Behaviour release(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      return lease(session, values.word(0), held.by(values.word(1)), 0);
    };
  }

  private Behaviour renew(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      return lease(session, values.word(1), held.by(values.word(2)), values.number(0));
    };
  }

  private Rows lease(FakeSession session, String id, Predicate<RunRow> where, long seconds)
      throws SQLException {
    Instant until = session.transaction().began.plusSeconds(seconds);
    return update(session, id, where, run -> run.leased(new Lease(run.lease().owner(), until)));
  }

  private Behaviour finish(String sql) {
    Held held = new Held(sql);
    return (session, given) -> {
      Values values = new Values(given);
      @Nullable RunRow run = row(session, values.word(2));
      if (run != null) {
        session.lock(database.unfinished, run.policy());
      }
      RunRow.End end = new RunRow.End(values.word(0), values.text(1), session.transaction().began);
      return update(session, values.word(2), held.by(values.word(3)), row -> row.ended(end));
    };
  }

  private Rows claimed(FakeSession session, Object[] given) {
    Rows rows = Rows.of("claimed", "guarded", "undated", "refused", "notes");
    @Nullable RunRow run = row(session, new Values(given).word(1));
    if (run != null) {
      Progress at = run.progress();
      rows.add(
          at.claimed(),
          at.guarded(),
          at.undated(),
          at.refused(),
          run.notes().toArray(new String[0]));
    }
    return rows;
  }
}

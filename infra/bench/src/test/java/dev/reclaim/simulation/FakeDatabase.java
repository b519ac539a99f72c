package dev.reclaim.simulation;

import dev.reclaim.events.EventIdentity;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A database under READ COMMITTED: each statement sees what was committed before it, waits for
 * locks where its text does not skip them, and what a session leaves open is undone.
 */
final class FakeDatabase {
  final Table<String, Row> jobs = new Table<>("jobs");
  final Table<String, Row> sessions = new Table<>("sessions");
  final Table<String, Asset> assets = new Table<>("assets");
  final Table<Named, Entry> ledger = new Table<>("ledger");
  final Table<String, RunRow> runs = new Table<>("run");

  /** Nothing in it is read: whoever makes a policy's unfinished run or ends it locks its key. */
  final Table<String, RunRow> unfinished = new Table<>("run_unfinished");

  final Table<String, RunEvent> runEvents = new Table<>("run_event");
  final Table<String, byte[]> claimedFiles = new Table<>("run_claimed_file");
  final Table<Named, RunLetter> deadLetters = new Table<>("dead_letter");
  final Table<String, IntentRow> intents = new Table<>("store_intent");
  final Table<Named, Boolean> openClaims = new Table<>("open_claim");

  /** What was dropped of the ledger, summed. */
  final Totals totals = new Totals();

  private final Scheduler scheduler;
  private final Sabotage sabotage;
  private final Trouble trouble;
  private final GroundTruth truth;
  private final Statements statements = new Statements();
  private final Map<String, FakeSession> advisory = new HashMap<>();
  private final Map<String, Long> referredToAt = new HashMap<>();
  private final List<FakeSession> sessionsOpen = new ArrayList<>();
  private LocalDate floor;
  private long aheadMs;

  FakeDatabase(Scheduler scheduler, Sabotage sabotage, Trouble trouble, GroundTruth truth) {
    this.scheduler = scheduler;
    this.sabotage = sabotage;
    this.trouble = trouble;
    this.truth = truth;
    this.floor = LocalDate.ofInstant(now().minus(Duration.ofDays(60)), ZoneOffset.UTC);
    new RowsStatements(this).teach(statements);
    new RunStatements(this).teach(statements);
    new RunEventStatements(this).teach(statements);
    new RunAccountStatements(this).teach(statements);
    new LedgerStatements(this).teach(statements);
    new IntentStatements(this).teach(statements);
    new ReferenceStatements(this).teach(statements);
  }

  /** An event as the ledger's key has it. */
  record Named(LocalDate plannedOn, String source, String id) implements Comparable<Named> {
    static Named of(EventIdentity event) {
      return new Named(event.plannedOn(), event.source(), event.id());
    }

    EventIdentity event() {
      return new EventIdentity(source, id, plannedOn);
    }

    @Override
    public int compareTo(Named other) {
      int byDay = plannedOn.compareTo(other.plannedOn);
      int bySource = source.compareTo(other.source);
      return byDay != 0 ? byDay : bySource != 0 ? bySource : id.compareTo(other.id);
    }
  }

  FakeSession connect() {
    Machine machine = Actor.current().machine;
    scheduler.pause();
    FakeSession session = new FakeSession(this, machine, scheduler);
    machine.whenKilled(session::end);
    sessionsOpen.add(session);
    return session;
  }

  Instant now() {
    return Instant.ofEpochMilli(scheduler.nowMs() + aheadMs);
  }

  void setAhead(Duration ahead) {
    scheduler.story().tell("the database's clock is ahead by %s", ahead);
    aheadMs = ahead.toMillis();
  }

  LocalDate floor() {
    return floor;
  }

  void raiseFloor(LocalDate day) {
    floor = day;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  Sabotage sabotage() {
    return sabotage;
  }

  Trouble trouble() {
    return trouble;
  }

  GroundTruth truth() {
    return truth;
  }

  Statements statements() {
    return statements;
  }

  Table<String, Row> rowsOf(String table) {
    return table.equals("jobs") ? jobs : sessions;
  }

  /** Whether anything refers to a job. */
  boolean isReferredTo(String job) {
    return assets.committed.values().stream().anyMatch(asset -> asset.job().equals(job));
  }

  /** When something began to refer to a job the last time. */
  long referredToAt(String job) {
    return referredToAt.getOrDefault(job, 0L);
  }

  void referredTo(String job) {
    referredToAt.put(job, scheduler.step());
  }

  /** What names a file since before a step. */
  List<String> naming(String path, long step) {
    List<String> naming = new ArrayList<>();
    assets.committed.values().stream()
        .filter(asset -> asset.url().equals(path) && asset.madeAt() < step)
        .forEach(asset -> naming.add(asset.key()));
    jobs.committed.values().stream()
        .filter(job -> job.url().equals(path) && job.madeAt() < step)
        .forEach(job -> naming.add(job.key()));
    return naming;
  }

  /** Whether a ledger row says that a file goes with a row. */
  boolean goesWithItsRow(String path) {
    return ledger.committed.values().stream()
        .flatMap(entry -> LedgerStatements.followUps(entry).stream())
        .flatMap(followUp -> followUp.claim().files().stream())
        .anyMatch(file -> file.path().equals(path));
  }

  boolean tryAdvisory(String name, FakeSession session) {
    return advisory.putIfAbsent(name, session) == null;
  }

  void unlockAdvisory(String name, FakeSession session) {
    boolean unused = advisory.remove(name, session);
  }

  void unlockAll(FakeSession session) {
    advisory.values().removeIf(session::equals);
    sessionsOpen.remove(session);
  }

  /** As an administrator does, or a failover. */
  void cutAll() {
    List.copyOf(sessionsOpen).forEach(session -> session.cut("all are"));
  }
}

package dev.reclaim.simulation;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.events.Topics;
import dev.reclaim.metrics.SimulatedMetrics;
import dev.reclaim.planner.SimulatedPlanner;
import dev.reclaim.worker.SimulatedWorker;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that there is under one seed. */
final class World {
  final Scheduler scheduler;
  final Chance chance;
  final GroundTruth truth = new GroundTruth();
  final Trouble trouble;
  final FakeDatabase database;
  final FakeStore store;
  final FakeTopic.All topics;
  final FakeGroup work;
  final FakeGroup deferred;
  final SimulatedMetrics metrics;
  final List<Machine> workers = new ArrayList<>();
  final List<Machine> planners = new ArrayList<>();
  final Slots slots;
  final FakeScans scans;
  final Sabotage sabotage;
  private static final int LEDGER_KEPT_DAYS = 10;
  private static final int LETTERS_MAX = 20;

  /** What is dropped has ended long before: a topic keeps nothing for as long as a ledger does. */
  private static final Duration LATE_MAX = Duration.ofDays(2);

  /** One for all worlds: its sessions are those of the world that asks. */
  private static final Databases DATABASES =
      Databases.of(
          List.of(
              Database.over(
                  Policies.FILE.databases().values().iterator().next(),
                  FakeConnection.sessions(() -> Actor.current().scheduler.database()))));

  private final SimulatedWorker.Ground ground;
  private final SimulatedPlanner.Ground planning;
  private Machine stream;
  private int started;

  World(Scheduler scheduler, Sabotage sabotage) {
    this.scheduler = scheduler;
    this.chance = scheduler.chance();
    this.sabotage = sabotage;
    this.trouble = new Trouble(chance);
    this.database = new FakeDatabase(scheduler, sabotage, trouble, truth);
    scheduler.database(database);
    this.store = new FakeStore(scheduler, sabotage, truth, database);
    this.topics = new FakeTopic.All(scheduler);
    Topics names = Topics.DEFAULT;
    this.work =
        new FakeGroup(
            scheduler,
            sabotage,
            truth,
            List.of(topics.of(names.expiredRecords()), topics.of(names.orphanedFiles())));
    this.deferred = new FakeGroup(scheduler, sabotage, truth, List.of(topics.of(names.deferred())));
    this.ground =
        new SimulatedWorker.Ground(
            Policies.FILE, DATABASES, Policies.TARGETS, Map.of(store.name(), store), names);
    FakeTopic outcomes = topics.of(names.outcomes());
    this.slots = new Slots(scheduler);
    this.scans = new FakeScans(this);
    this.planning = new SimulatedPlanner.Ground(Policies.FILE, DATABASES, names, slots);
    this.metrics =
        new SimulatedMetrics(
            (from, most) -> outcomes.read(0, from, most),
            () -> outcomes.end(0),
            sabotage.is(Sabotage.Kind.NO_DEDUPLICATION));
    this.stream = new Machine("metrics", scheduler);
    metrics.start(stream);
  }

  /** One more worker. */
  Machine startWorker() {
    Machine machine = new Machine("worker-" + ++started, scheduler);
    workers.add(machine);
    SimulatedWorker.Links links =
        new SimulatedWorker.Links(
            new FakeProducer(topics, machine, scheduler, false).producer(),
            new FakeProducer(topics, machine, scheduler, true).producer(),
            work.join(machine),
            deferred.join(machine),
            !chance.oneIn(4),
            !sabotage.is(Sabotage.Kind.NO_PROMPTNESS));
    new SimulatedWorker(machine, ground, links);
    return machine;
  }

  /** One more planner. */
  Machine startPlanner() {
    Machine machine = new Machine("planner-" + ++started, scheduler);
    planners.add(machine);
    FakeTopic letters = topics.of(Topics.DEFAULT.deadLetters());
    SimulatedPlanner.Links links =
        new SimulatedPlanner.Links(
            new FakeProducer(topics, machine, scheduler, false).producer(),
            (policy, run, cutoff, gate) -> scans.open(machine, policy, run, cutoff, gate),
            from -> letters.read(0, from, LETTERS_MAX),
            result -> {
              scheduler.story().tell("%s reports %s", machine.name(), result);
              truth.reported(result);
            });
    new SimulatedPlanner(machine, planning, links);
    return machine;
  }

  void kill(Machine process) {
    process.kill();
    workers.remove(process);
    planners.remove(process);
  }

  void restartMetrics() {
    stream.kill();
    stream = new Machine("metrics", scheduler);
    metrics.start(stream);
  }

  /** From here on everything works. */
  void endTrouble() {
    scheduler.story().tell("all trouble ends");
    trouble.end();
    stream.trouble(false);
    if (workers.isEmpty()) {
      startWorker();
    }
    if (planners.isEmpty()) {
      startPlanner();
    }
    for (List<Machine> all : List.of(workers, planners)) {
      for (Machine process : all) {
        process.trouble(false);
        process.wake();
        process.setWallAhead(Duration.ZERO);
      }
    }
  }

  /** As retention does, once all of a day is known to be said. */
  void dropOldLedger() {
    LocalDate kept =
        LocalDate.ofInstant(database.now(), ZoneOffset.UTC).minusDays(LEDGER_KEPT_DAYS);
    Map<FakeDatabase.Named, Entry> old =
        new TreeMap<>(
            database.ledger.committed.headMap(new FakeDatabase.Named(kept, "", ""), false));
    Instant settled = database.now().minus(LATE_MAX);
    boolean noted =
        old.values().stream()
            .allMatch(entry -> entry.emittedAt() != null && entry.completedAt().isBefore(settled));
    boolean open =
        database.intents.committed.values().stream()
            .anyMatch(it -> !it.done() && it.event().plannedOn().isBefore(kept));
    Instant after = kept.atStartOfDay(ZoneOffset.UTC).toInstant();
    boolean planning =
        database.runs.committed.values().stream()
            .anyMatch(run -> run.unfinished() && run.startedAt().isBefore(after));
    if (noted && !open && !planning && kept.isAfter(database.floor())) {
      scheduler.story().tell("the ledger drops %d events from before %s", old.size(), kept);
      old.forEach(database.totals::fold);
      old.keySet().forEach(database.ledger.committed::remove);
      database.raiseFloor(kept);
      database.deadLetters.committed.keySet().removeIf(it -> it.plannedOn().isBefore(kept));
      database
          .intents
          .committed
          .values()
          .removeIf(it -> it.done() && it.event().plannedOn().isBefore(kept));
    }
  }

  void killAll() {
    List.copyOf(workers).forEach(this::kill);
    List.copyOf(planners).forEach(this::kill);
    stream.kill();
  }
}

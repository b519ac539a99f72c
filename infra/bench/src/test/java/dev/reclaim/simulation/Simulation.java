package dev.reclaim.simulation;

import dev.reclaim.events.Topics;
import io.github.resilience4j.retry.internal.RetryImpl;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One seed, from its first claim to where all has come to rest and every account must be right. */
final class Simulation {
  private static final Instant START = Instant.parse("2026-03-28T12:00:00Z");
  private static final int PASSES_MAX = 3;

  /** By then others have what somebody has that is not there. */
  private static final int MISSED_MS = 15_000;

  private static final int MANY_PLANNERS_ONE_IN = 40;
  private static final List<String> POLICIES = List.of("jobs", "sessions", "orphans");
  private static final int INTENT_STEPS_MAX = 4;
  private static final Duration DRAIN_MAX = Duration.ofMinutes(30);

  static {
    RetryImpl.setSleepFunction(Simulation::sleep);
  }

  private final Scheduler scheduler;
  private final Chance chance;
  private final World world;
  private final Application application;
  private final List<Invariant> invariants;
  private final Violations violations;

  private Simulation(long seed, Sabotage sabotage, Story story) {
    this.chance = new Chance(seed);
    this.scheduler = new Scheduler(chance, story, START.toEpochMilli());
    this.violations = new Violations(story);
    this.world = new World(scheduler, sabotage);
    this.application = new Application(world);
    this.invariants = Invariants.all(violations);
    world.truth.watchedBy(invariants);
    invariants.forEach(it -> it.begin(world));
  }

  /** Retries wait as long as the seed says: their own jitter is not the seed's. */
  private static void sleep(long ms) throws InterruptedException {
    Optional<Actor> actor = Actor.here();
    if (actor.isPresent()) {
      Scheduler its = actor.get().scheduler;
      boolean unused = its.await(() -> false, its.chance().between(5, 100));
    } else {
      TimeUnit.MILLISECONDS.sleep(ms);
    }
  }

  /**
   * What came of a seed.
   *
   * @param story what happened, where it was to be kept
   */
  record Result(long seed, Violations violations, Story story) {}

  /** Runs a seed with nothing switched off. */
  static Result run(long seed) {
    return run(seed, Sabotage.none(), false);
  }

  static Result run(long seed, Sabotage sabotage, boolean kept) {
    Story story = new Story(kept);
    Simulation simulation = new Simulation(seed, sabotage, story);
    simulation.run();
    return new Result(seed, simulation.violations, story);
  }

  private void run() {
    try {
      application.fill();
      for (int i = chance.between(1, 3); i > 0; i--) {
        world.startWorker();
      }
      for (int i = chance.oneIn(MANY_PLANNERS_ONE_IN) ? 10 : 2; i > 0; i--) {
        world.startPlanner();
      }
      for (int i = chance.between(10, 30); i > 0; i--) {
        act();
        boolean unused = scheduler.await(() -> false, chance.below(600));
      }
      rest();
      invariants.forEach(it -> it.check(world));
    } finally {
      application.stop();
      world.killAll();
      scheduler.end();
    }
    Throwable broken = scheduler.broken();
    if (broken != null) {
      throw new IllegalStateException("the simulation itself failed", broken);
    }
  }

  private void act() {
    switch (chance.below(23)) {
      case 0, 1, 2 -> application.claim();
      case 3 -> application.claimFiles();
      case 4, 5, 6, 7, 8 -> application.act();
      case 9 -> repeat();
      case 10 -> failOver();
      case 11 -> killOne();
      case 12 -> stopOne();
      case 13 -> world.restartMetrics();
      case 14 -> regroup();
      case 15 -> dropOldLedger();
      case 16 -> application.forge();
      case 17 -> application.claimFiles();
      case 18, 19 -> plan(chance.of(POLICIES));
      case 20 -> killPlanner();
      case 21 -> hinderPlanner();
      default -> tamperWithClocks();
    }
  }

  /** A record comes again, of whatever topic. */
  private void repeat() {
    Topics names = Topics.DEFAULT;
    FakeTopic topic =
        world.topics.of(
            chance.of(List.of(names.expiredRecords(), names.orphanedFiles(), names.outcomes())));
    List<ConsumerRecord<byte[], byte[]>> all = topic.all();
    if (!all.isEmpty()) {
      topic.repeat(chance.of(all));
    }
  }

  private void failOver() {
    if (chance.oneIn(2)) {
      world.database.cutAll();
      return;
    }
    boolean away = !world.trouble.isAway();
    scheduler.story().tell(away ? "the database is away" : "the database is back");
    world.trouble.away(away);
  }

  private void killOne() {
    if (!world.workers.isEmpty()) {
      world.kill(chance.of(world.workers));
    }
    if (world.workers.isEmpty() || chance.oneIn(3)) {
      world.startWorker();
    }
  }

  /** A slot begins, as seldom as there is something to do for it. */
  private void plan(String policy) {
    world.slots.due(new Slots.Slot(policy, world.database.now()));
  }

  private void killPlanner() {
    if (!world.planners.isEmpty()) {
      world.kill(chance.of(world.planners));
    }
    if (world.planners.isEmpty() || chance.oneIn(2)) {
      world.startPlanner();
    }
  }

  private void hinderPlanner() {
    if (!world.planners.isEmpty()) {
      Machine planner = chance.of(world.planners);
      Duration time = chance.between(Duration.ofSeconds(1), Duration.ofMinutes(1));
      if (chance.oneIn(3)) {
        planner.cutOffFor(time);
      } else {
        planner.stopFor(time);
      }
      if (chance.oneIn(2)) {
        boolean unused = scheduler.await(() -> false, MISSED_MS);
      }
    }
  }

  private void stopOne() {
    if (!world.workers.isEmpty()) {
      chance
          .of(world.workers)
          .stopFor(chance.between(Duration.ofMillis(50), Duration.ofMinutes(2)));
    }
  }

  private void regroup() {
    if (chance.oneIn(4)) {
      world.work.rewind();
    } else {
      world.work.rebalance();
      world.deferred.rebalance();
    }
  }

  private void tamperWithClocks() {
    switch (chance.below(4)) {
      case 0 ->
          world.database.setAhead(chance.between(Duration.ofSeconds(-3), Duration.ofSeconds(3)));
      case 1 -> leap(chance.between(Duration.ofMinutes(1), Duration.ofHours(3)));
      case 2 -> leapFar();
      default -> {
        if (!world.workers.isEmpty()) {
          chance
              .of(world.workers)
              .setWallAhead(chance.between(Duration.ofDays(-2), Duration.ofDays(2)));
        }
      }
    }
  }

  private void leap(Duration time) {
    scheduler.story().tell("nobody does anything for %s", time);
    scheduler.leap(time.toMillis());
  }

  /** Sometimes after so long that there is something to drop, and all of it said and noted. */
  private void dropOldLedger() {
    if (chance.oneIn(2)) {
      leapFar();
      boolean unused = scheduler.await(() -> Invariants.allNoted(world), 60_000);
    }
    world.dropOldLedger();
    if (chance.oneIn(2)) {
      world.work.rewind();
    }
  }

  /** What is not said for so long that the stream would take it for late is for people to mend. */
  private void leapFar() {
    if (Invariants.allSaid(world)) {
      leap(chance.between(Duration.ofDays(1), Duration.ofDays(20)).truncatedTo(ChronoUnit.HOURS));
    }
  }

  /** First what is under way, then whatever is due by now; no more where it does not end. */
  private void rest() {
    world.endTrouble();
    boolean unused = scheduler.await(() -> false, 5_000);
    if (!drain()) {
      return;
    }
    scheduler.leap(Policies.FILES_KEPT.plusHours(2).toMillis());
    endIntents();
    boolean calm = true;
    List<String> left = NothingExpiredLeft.policies(world);
    for (int pass = 0; calm && pass < PASSES_MAX && !left.isEmpty(); pass++) {
      left.forEach(this::plan);
      calm = drain();
      left = NothingExpiredLeft.policies(world);
    }
  }

  /** Those whose events do not come back are ended in two steps. */
  private void endIntents() {
    for (int step = 0; step < INTENT_STEPS_MAX && hasIntents(); step++) {
      boolean unused = scheduler.await(() -> !hasIntents(), 200_000);
      scheduler.leap(Duration.ofMinutes(20).toMillis());
    }
  }

  private boolean hasIntents() {
    return world.database.intents.committed.values().stream().anyMatch(it -> !it.done());
  }

  private boolean drain() {
    return scheduler.await(() -> EverythingComesToRest.isSo(world), DRAIN_MAX.toMillis());
  }
}

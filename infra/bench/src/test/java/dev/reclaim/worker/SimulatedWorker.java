package dev.reclaim.worker;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Topics;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.simulation.Machine;
import dev.reclaim.simulation.Membership;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.pace.Paces;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;

/** The role worker in a simulated process, wired as {@link Worker} does it. */
public final class SimulatedWorker {
  private static final int CONCURRENCY = 2;
  private static final int CONNECTIONS_MAX = 100;

  private final Machine machine;
  private final Ground ground;
  private final EmittedNotes notes;
  private final Sweeper sweeper;
  private final IntentSweep intents;

  /** What all workers share. */
  public record Ground(
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ObjectStore> stores,
      Topics topics) {}

  /**
   * What one worker has for itself.
   *
   * @param patient tries for long what is away, instead of deferring it at once
   * @param awake finds out when it slept
   */
  public record Links(
      Producer<byte[], byte[]> producer,
      Producer<byte[], byte[]> prompt,
      Membership work,
      Membership deferred,
      boolean patient,
      boolean awake) {}

  /** Starts one. */
  public SimulatedWorker(Machine machine, Ground ground, Links links) {
    this.machine = machine;
    this.ground = ground;
    this.notes = new EmittedNotes(ground.databases());
    Absences absences = new Absences();
    this.sweeper =
        new Sweeper(
            ground.databases(),
            new OutcomePublisher(links.prompt(), ground.topics()),
            absences,
            Sweeper.AFTER);
    LongSupplier nanoTime = links.awake() ? machine.nanoTime() : () -> 0;
    InstantSource clock =
        links.awake() ? machine.clock() : InstantSource.fixed(machine.clock().instant());
    FileCleanups files =
        new FileCleanups(
            ground.file(), ground.databases(), ground.stores(), machine.name(), nanoTime, clock);
    LeftoverCleanups leftovers =
        new LeftoverCleanups(ground.file(), ground.databases(), ground.stores(), machine.name());
    this.intents = new IntentSweep(files, leftovers, ground.file().stores().values(), absences);
    ClaimProcessor processor = processor(absences, files, leftovers);
    Waits waits =
        new Waits(
            links.patient() ? Duration.ofDays(1) : Duration.ZERO,
            Duration.ofSeconds(5),
            Duration.ofMinutes(1));
    ClaimTask task =
        new ClaimTask(
            ground.topics(),
            processor,
            new OutcomePublisher(links.producer(), ground.topics()),
            new DeadLetters(links.producer(), ground.topics(), "workers"),
            new Deferrals(links.producer(), ground.topics(), absences, waits),
            new PolicyStops(ground.file(), ground.databases(), absences),
            notes);
    SimulatedLoop work = loop(links.work(), task, processor, waits, absences);
    SimulatedLoop deferred = loop(links.deferred(), task, processor, waits, absences);
    absences.whenBack(
        what -> {
          work.wake(what);
          deferred.wake(what);
        });
    machine.spawn("upkeep", this::keepUp);
  }

  private ClaimProcessor processor(
      Absences absences, FileCleanups files, LeftoverCleanups leftovers) {
    return new ClaimProcessor(
        ground.file(),
        ground.databases(),
        ground.targets(),
        files,
        leftovers,
        new Backends(absences, new SteadyClock(machine.nanoTime())),
        Paces.unwatched(
            machine.name(), ground.file(), CONNECTIONS_MAX, machine.clock(), machine.nanoTime()),
        machine.name());
  }

  private SimulatedLoop loop(
      Membership membership,
      ClaimTask task,
      ClaimProcessor processor,
      Waits waits,
      Absences absences) {
    WorkerSettings settings =
        new WorkerSettings(
            machine.name(), "workers", CONCURRENCY, 1_000, Duration.ofSeconds(20), waits);
    Lanes lanes = new Lanes(task, processor::process, processor::backend, settings);
    return new SimulatedLoop(machine, membership, lanes, ground.topics(), notes, absences);
  }

  private void keepUp() {
    while (true) {
      machine.sleep(machine.chance().between(Duration.ofSeconds(20), Duration.ofSeconds(90)));
      sweeper.run();
      intents.run();
    }
  }
}

package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.events.Topics;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.simulation.Machine;
import dev.reclaim.simulation.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;

/**
 * The role planner in a simulated process, wired as {@link Planner} and {@link Schedules} do it.
 */
public final class SimulatedPlanner {
  private static final Duration POLL = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofDays(1_000);
  private static final String CLUSTER = "simulated";

  private final Machine machine;
  private final Ground ground;
  private final Links links;
  private final RunTurns turns;
  private final DeadLetterNotes notes;

  /** What all planners share. */
  public record Ground(PolicyFile file, Databases databases, Topics topics, Slots slots) {}

  /**
   * What one planner has for itself.
   *
   * @param letters dead letters from an offset on
   * @param reports hears how its runs ended
   */
  public record Links(
      Producer<byte[], byte[]> producer,
      Scans scans,
      IntFunction<List<ConsumerRecord<byte[], byte[]>>> letters,
      Consumer<RunResult> reports) {}

  /** Opens simulated scans. */
  @FunctionalInterface
  public interface Scans {
    Scan open(Policy policy, String run, Instant cutoff, OrphanGate gate);
  }

  /** Starts one. */
  public SimulatedPlanner(Machine machine, Ground ground, Links links) {
    this.machine = machine;
    this.ground = ground;
    this.links = links;
    Losses losses = new Losses(ground.topics(), ground.databases(), CLUSTER);
    Clockwork clockwork = new SimulatedClockwork(machine);
    RunMeans means =
        new RunMeans(
            new Opened(links.scans()),
            new ClaimPublisher(links.producer(), ground.topics()),
            new RunLedger(ground.file(), ground.databases()),
            new Standstills(ground.databases(), losses, Standstill.LIMIT, clockwork::nanos),
            clockwork);
    this.turns =
        new RunTurns(
            new RunTurns.Planners(machine.name(), CLUSTER), ground.databases(), Map.of(), means);
    this.notes = new DeadLetterNotes(ground.topics(), ground.file(), ground.databases(), losses);
    machine.spawn("schedules", this::schedule);
    machine.spawn("dead letters", this::readLetters);
  }

  private record Opened(Scans scans) implements PolicyScans {
    @Override
    public Scan withQuarantine(
        Policy policy, String run, Instant cutoff, Trust trust, OrphanGate gate) {
      return scans.open(policy, run, cutoff, gate);
    }

    @Override
    public void settleUp(Policy policy) {
      // The simulated database refuses nobody's row.
    }
  }

  /** {@link Schedules} modelled: a thread for each slot that this planner has picked. */
  private void schedule() {
    while (true) {
      boolean unused = machine.await(() -> ground.slots().mayBePicked(machine), LONG);
      ground.slots().pick(machine).forEach(slot -> machine.spawn("run", () -> carryOut(slot)));
    }
  }

  private void carryOut(Slots.Slot slot) {
    Policy policy = ground.file().policy(slot.policy()).orElseThrow();
    while (true) {
      try {
        new SlotRun(policy, slot.time()).carryOut(this::run);
        ground.slots().done(slot);
        return;
      } catch (RuntimeException e) {
        machine.sleep(POLL);
      }
    }
  }

  private Optional<RunResult> run(Policy policy, RunRequest request) throws InterruptedException {
    Optional<RunResult> result = turns.run(policy, request, RunProgress.SILENT);
    result.ifPresent(links.reports());
    return result;
  }

  /** {@link DeadLetterTail} modelled. */
  private void readLetters() {
    int read = 0;
    while (true) {
      int from = read;
      boolean unused = machine.await(() -> !links.letters().apply(from).isEmpty(), LONG);
      try {
        for (ConsumerRecord<byte[], byte[]> letter : links.letters().apply(from)) {
          notes.note(letter);
          read++;
        }
      } catch (RuntimeException e) {
        read = 0;
        machine.sleep(RETRY);
      }
    }
  }
}

package dev.reclaim.planner;

import dev.reclaim.simulation.Machine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** The clock of a simulated process; what repeats is an actor, a thread is its caller's. */
final class SimulatedClockwork implements Clockwork {
  private static final Duration LATE_MIN = Duration.ofMillis(500);
  private static final Duration LATE_MAX = Duration.ofSeconds(6);

  private final Machine machine;

  SimulatedClockwork(Machine machine) {
    this.machine = machine;
  }

  @Override
  public long nanos() {
    return machine.nanoTime().getAsLong();
  }

  /** For longer than asked: a process may always be late, and looking often is not the point. */
  @Override
  public void pause(Duration time) {
    machine.sleep(time.plus(machine.chance().between(LATE_MIN, LATE_MAX)));
  }

  /** Reading ahead is done ahead, only not beside. */
  @Override
  public ExecutorService thread(String name) {
    return new AtOnce();
  }

  @Override
  public Repeated repeat(String name, Duration every, Runnable work) {
    Repetition repetition = new Repetition();
    machine.spawn(
        name,
        () -> {
          while (!machine.await(
              () -> repetition.closed, every.plus(machine.chance().between(LATE_MIN, LATE_MAX)))) {
            work.run();
          }
        });
    return () -> repetition.closed = true;
  }

  private static final class Repetition {
    private boolean closed;
  }

  private static final class AtOnce extends AbstractExecutorService {
    private boolean ended;

    @Override
    public void execute(Runnable work) {
      work.run();
    }

    @Override
    public void shutdown() {
      ended = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
      ended = true;
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return ended;
    }

    @Override
    public boolean isTerminated() {
      return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return ended;
    }
  }
}

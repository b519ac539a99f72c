package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets actors run one at a time, and chooses by the seed whose turn it is wherever one of them asks
 * something of a fake. Simulated time passes a little with each question, and else only when nobody
 * can go on.
 *
 * <p>Actors have threads, because the product's code blocks; a turn is handed from thread to
 * thread, so that never two of them run.
 */
final class Scheduler {
  private static final int OTHERS_ONE_IN = 6;
  private static final int STEP_MS_MAX = 3;
  private static final long STUCK_S_MAX = 60;

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "actor");
            thread.setDaemon(true);
            return thread;
          });

  private final Chance chance;
  private final Story story;
  private final List<Actor> actors = new ArrayList<>();
  private final Actor director;
  private long nowMs;
  private long step;
  private @Nullable FakeDatabase database;
  private Consumer<String> impossible = what -> {};
  private volatile @Nullable Throwable broken;

  /** With the calling thread as its director, who has the first turn. */
  Scheduler(Chance chance, Story story, long startMs) {
    this.chance = chance;
    this.story = story;
    this.nowMs = startMs;
    this.director = new Actor("director", this, new Machine("the director", this));
    story.begin(() -> nowMs);
    actors.add(director);
    director.enter();
  }

  Chance chance() {
    return chance;
  }

  Story story() {
    return story;
  }

  long nowMs() {
    return nowMs;
  }

  /** Moments in their order. */
  long step() {
    return ++step;
  }

  void spawn(String name, Machine machine, Runnable work) {
    Actor actor = new Actor(name, this, machine);
    actors.add(actor);
    Future<?> unused = THREADS.submit(() -> live(actor, work));
  }

  private void live(Actor actor, Runnable work) {
    actor.turn.acquireUninterruptibly();
    actor.enter();
    try {
      if (!actor.machine.isDead()) {
        work.run();
      }
    } catch (Killed end) {
      story.tell("%s is gone", actor.name);
    } catch (Throwable failure) {
      broken = failure;
    } finally {
      Actor.leave();
      boolean unused = Thread.interrupted();
      actors.remove(actor);
      choose().turn.release();
    }
  }

  /** A place where others may come in between. */
  void pause() {
    Actor me = requireAlive();
    nowMs += chance.below(STEP_MS_MAX + 1);
    if (me.machine.isStopped(nowMs) || chance.oneIn(OTHERS_ONE_IN)) {
      handOver(me);
    }
    requireAlive();
  }

  /** Waits; false when it took too long. */
  boolean await(BooleanSupplier until, long longestMs) {
    Actor me = requireAlive();
    if (until.getAsBoolean()) {
      return true;
    }
    me.until = until;
    me.wakeAtMs = nowMs + longestMs;
    handOver(me);
    me.until = null;
    requireAlive();
    return until.getAsBoolean();
  }

  private static Actor requireAlive() {
    Actor me = Actor.current();
    if (me.machine.isDead()) {
      throw new Killed(me.machine.name());
    }
    return me;
  }

  private void handOver(Actor me) {
    Actor next = choose();
    if (next == me) {
      return;
    }
    next.turn.release();
    if (me != director) {
      me.turn.acquireUninterruptibly();
      return;
    }
    try {
      if (!me.turn.tryAcquire(STUCK_S_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("an actor blocks outside of the simulation: " + actors());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Where nobody can go on it is time that does. */
  private Actor choose() {
    List<Actor> ready = new ArrayList<>(actors.size());
    while (true) {
      for (Actor actor : actors) {
        if (actor.canGoOn(nowMs)) {
          ready.add(actor);
        }
      }
      if (!ready.isEmpty()) {
        return ready.size() == 1 ? ready.get(0) : chance.of(ready);
      }
      nowMs = actors.stream().mapToLong(Actor::dueMs).min().orElse(nowMs);
    }
  }

  /** Moves time on at once. */
  void leap(long ms) {
    nowMs += ms;
  }

  /** The database of all who are scheduled here. */
  FakeDatabase database() {
    return Objects.requireNonNull(database);
  }

  void database(FakeDatabase its) {
    database = its;
  }

  /** Somebody has met what should be impossible. */
  void impossible(String what) {
    impossible.accept(what);
  }

  void whenImpossible(Consumer<String> listener) {
    impossible = listener;
  }

  /** The simulation itself has failed. */
  void fail(Throwable failure) {
    broken = failure;
  }

  /** What went wrong with the simulation itself. */
  @Nullable Throwable broken() {
    return broken;
  }

  /** Lets every actor of the dead leave. */
  void end() {
    boolean unused = await(() -> actors.size() == 1, 1_000_000);
    Actor.leave();
  }

  private String actors() {
    return String.join(", ", actors.stream().map(actor -> actor.name).toList());
  }
}

package dev.reclaim.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that carry records out, the records that wait for one of them, and those that rest
 * until their time comes. Thread-safe.
 */
final class Crew {
  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
  private static final long IDLE_S_MAX = 60;

  private final int shares;
  private final Work work;
  private final Queue<Delivery> waiting = new ConcurrentLinkedQueue<>();
  private final DelayQueue<Resting> resting = new DelayQueue<>();
  private final ThreadPoolExecutor pool;

  /** What is done with records. */
  interface Work {
    /**
     * Takes some of what waits and carries it out; settles each delivery, has it wait, or gives it
     * up when it is told that waiting is over.
     *
     * @param queue gives the next record, or nothing
     * @param share most records to take
     * @param others run what can be done beside; where they have gone home, this thread does
     */
    void carryOut(Supplier<Optional<Delivery>> queue, int share, Executor others)
        throws InterruptedException;

    /** Is called every so often, and must not block. */
    default void tend() {}
  }

  /**
   * A crew.
   *
   * @param threads most threads
   * @param shares parts that what waits is divided into
   */
  Crew(String name, int threads, int shares, Work work) {
    this.shares = shares;
    this.work = work;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_S_MAX,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            job -> new Thread(job, name + "-claims"),
            (job, stopped) -> job.run());
    pool.allowCoreThreadTimeOut(true);
  }

  private static final class Resting implements Delayed {
    private final Delivery delivery;
    private final String waitsFor;
    private final long endNanos;

    Resting(Delivery delivery, String waitsFor, Duration delay) {
      this.delivery = delivery;
      this.waitsFor = waitsFor;
      this.endNanos = System.nanoTime() + delay.toNanos();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Hands a record over. There is one job for each, so that none is left over. */
  void add(Delivery delivery) {
    if (!pool.isShutdown()) {
      waiting.add(delivery);
      pool.execute(this::carryOutSome);
    }
  }

  /** Keeps a record until it is due, or what it waits for is back. */
  void rest(Delivery delivery, Duration delay, String waitsFor) {
    resting.add(new Resting(delivery, waitsFor, delay));
  }

  /** Hands over what has rested enough. */
  void tend() {
    work.tend();
    for (Resting due = resting.poll(); due != null; due = resting.poll()) {
      release(due);
    }
  }

  /** Hands over what waits for {@code what}. */
  void wake(String what) {
    List<Resting> woken = new ArrayList<>();
    for (Resting each : resting) {
      if (each.waitsFor.equals(what)) {
        woken.add(each);
      }
    }
    for (Resting each : woken) {
      if (resting.remove(each)) {
        release(each);
      }
    }
  }

  /** How many of those rest that {@code which} is true of. */
  long resting(Predicate<Delivery> which) {
    return resting.stream().filter(each -> which.test(each.delivery)).count();
  }

  /** Lets go of what is no longer ours. */
  void forgetLost() {
    resting.removeIf(each -> !each.delivery.ours());
  }

  private void release(Resting rested) {
    if (rested.delivery.ours()) {
      add(rested.delivery);
    }
  }

  private void carryOutSome() {
    int share = (waiting.size() + shares - 1) / shares;
    try {
      work.carryOut(this::next, share, pool);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      LOG.error("some records stay unsettled", e);
      throw e;
    }
  }

  private Optional<Delivery> next() {
    for (Delivery next = waiting.poll(); next != null; next = waiting.poll()) {
      if (next.ours()) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  /** Finishes what waits, but not what rests, within the limit. */
  void finish(Duration longest) {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException e) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up what is under way. */
  void stopNow() {
    pool.shutdownNow();
  }
}

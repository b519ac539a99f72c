package dev.reclaim.worker.pace;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.admin.PaceStatus.State;
import dev.reclaim.policy.Limits;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.TableName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pace of one worker on one database: who wants to delete enters, in the order of asking.
 *
 * <p>Thread-safe. The sampler calls {@link #observe}; between its calls the pace stays as it is.
 */
public final class Pace {
  /** How often somebody who waits is asked whether to go on waiting. */
  static final Duration PATIENCE_EVERY = Duration.ofMillis(100);

  private static final Logger LOG = LoggerFactory.getLogger(Pace.class);

  private final String worker;
  private final String database;
  private final Limits limits;
  private final int connectionsMax;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition wanted = lock.newCondition();
  private final Deque<Object> queue = new ArrayDeque<>();
  private final Diagnosis diagnosis;
  private final Throttle throttle;
  private final RowBudget budget;
  private final Demand demand;
  private final Throughput throughput;
  private final LatencySignal latency = new LatencySignal();
  private int inFlight;
  private Fleet fleet = Fleet.ALONE;
  private Verdict told = Verdict.FULL;

  /**
   * A pace at full speed.
   *
   * @param connectionsMax transactions that the worker can run at a time
   */
  Pace(
      String worker,
      String database,
      Limits limits,
      int connectionsMax,
      InstantSource clock,
      LongSupplier nanoTime) {
    long now = nanoTime.getAsLong();
    this.worker = worker;
    this.database = database;
    this.limits = limits;
    this.connectionsMax = connectionsMax;
    this.nanoTime = nanoTime;
    this.diagnosis = new Diagnosis(limits, clock);
    this.throttle = new Throttle(connectionsMax);
    this.budget = new RowBudget(limits.rowsPerSecond(), now);
    this.demand = new Demand(now);
    this.throughput = new Throughput(now);
    share();
  }

  /**
   * Waits until one more transaction may delete by the policy. A thread that holds a turn must not
   * ask for another: there may be one alone.
   *
   * @return the turn, to be closed; empty when the patience has ended
   */
  public Optional<Turn> enter(RowPolicy policy, Patience patience) throws InterruptedException {
    Object me = new Object();
    lock.lockInterruptibly();
    try {
      queue.addLast(me);
      want(policy.table());
      for (long waitNanos = waitNanos(me); waitNanos > 0; waitNanos = waitNanos(me)) {
        long unused = changed.awaitNanos(waitNanos);
        if (!goesOn(patience)) {
          return Optional.empty();
        }
        want(policy.table());
      }
      return Optional.of(begin(policy));
    } finally {
      queue.remove(me);
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Why nothing may be deleted at this moment, for somebody who would like to. */
  public Optional<String> stopped(RowPolicy policy) {
    lock.lock();
    try {
      want(policy.table());
      return diagnosis.stop().map(Reading::reason);
    } finally {
      lock.unlock();
    }
  }

  /** Patience is somebody else's code: it is never asked under the lock. */
  @SuppressWarnings("LockNotBeforeTry")
  private boolean goesOn(Patience patience) throws InterruptedException {
    lock.unlock();
    try {
      return patience.waitFor(0);
    } finally {
      lock.lock();
    }
  }

  private void want(TableName table) {
    demand.want(table, nanoTime.getAsLong());
    wanted.signalAll();
  }

  /** How long until it is worth looking again; 0 for the turn itself. */
  private long waitNanos(Object me) {
    if (queue.peekFirst() != me || diagnosis.stop().isPresent() || inFlight >= connections()) {
      return PATIENCE_EVERY.toNanos();
    }
    return Math.min(PATIENCE_EVERY.toNanos(), budget.waitNanos(rowsMax(), nanoTime.getAsLong()));
  }

  private Turn begin(RowPolicy policy) {
    int rows = rowsMax();
    inFlight++;
    budget.take(rows);
    return new Turn(this, policy.name(), rows, inFlight * fleet.workers());
  }

  /** Less than one for as long as it is other workers' turn. */
  private int connections() {
    return limits.connections().isPresent()
        ? Math.min(throttle.connections(), fleet.share(limits.connections().getAsInt()))
        : throttle.connections();
  }

  private int rowsMax() {
    return budget.rowsMax(throttle.rows());
  }

  /**
   * Notes what a turn did.
   *
   * @param beyond rows more than were taken for it
   */
  void done(String policy, long beyond, long rows, Duration took, int beside) {
    latency.record(policy, rows, took, beside);
    lock.lock();
    try {
      budget.take(beyond);
      throughput.add(rows, nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      inFlight--;
      demand.goesOn(nanoTime.getAsLong());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes in what the signals say, and who else is at work; tells what has changed. */
  void observe(List<Reading> readings, Fleet now) {
    lock.lock();
    try {
      fleet = now;
      share();
      diagnosis.add(readings, latency.length());
      throttle.answer(diagnosis.pressure(), latency.length());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tellNews();
  }

  /** Has nothing deleted for a reason, or lets deleting go on. */
  public void hold(Optional<String> reason) {
    lock.lock();
    try {
      diagnosis.hold(reason);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    tellNews();
  }

  /** Why nothing may be deleted by whoever waits for no turn, either. */
  public Optional<String> held() {
    lock.lock();
    try {
      return diagnosis.held();
    } finally {
      lock.unlock();
    }
  }

  /** The signals could not be read. */
  void couldNotLook(String why) {
    lock.lock();
    try {
      diagnosis.addNone(why);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody looks any more until there is work. */
  void rest() {
    lock.lock();
    try {
      fleet = Fleet.ALONE;
      diagnosis.forget();
    } finally {
      lock.unlock();
    }
  }

  private void share() {
    limits
        .connections()
        .ifPresent(most -> throttle.limit(Math.min(connectionsMax, fleet.share(most))));
    budget.share(fleet, nanoTime.getAsLong());
  }

  private void tellNews() {
    Verdict verdict;
    boolean news;
    lock.lock();
    try {
      verdict = verdict();
      news = !verdict.isLike(told);
      told = verdict;
    } finally {
      lock.unlock();
    }
    if (news) {
      LOG.info("deleting in {} {}", database, verdict.words());
    }
  }

  private Verdict verdict() {
    Optional<Verdict> held = diagnosis.verdict(throttle);
    if (held.isPresent()) {
      return held.get();
    }
    if (isIdle(nanoTime.getAsLong())) {
      return new Verdict(State.IDLE, "", "nothing is to be deleted");
    }
    if (connections() == 0) {
      return new Verdict(State.LIMITED, "", "other workers have the connections for some seconds");
    }
    return budget
        .reason(nanoTime.getAsLong())
        .map(reason -> new Verdict(State.LIMITED, "", reason))
        .orElse(Verdict.FULL);
  }

  /** What it is at. */
  public PaceStatus status() {
    lock.lock();
    try {
      Verdict verdict = verdict();
      return new PaceStatus(
          worker,
          database,
          verdict.state(),
          verdict.reason(),
          verdict.state() == State.PAUSED ? 0 : connections(),
          throttle.connectionsMax(),
          rowsMax(),
          throughput.rowsPerSecond(nanoTime.getAsLong()),
          fleet.workers(),
          diagnosis.notes());
    } finally {
      lock.unlock();
    }
  }

  LatencySignal latency() {
    return latency;
  }

  /** Tables that somebody has wanted to delete from of late. */
  Collection<TableName> tables() {
    lock.lock();
    try {
      return demand.tables(nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Waits while nobody wants to delete anything. */
  void awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (isIdle(nanoTime.getAsLong())) {
        wanted.await();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isIdle() {
    lock.lock();
    try {
      return isIdle(nanoTime.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  private boolean isIdle(long now) {
    return inFlight == 0 && demand.isOver(now);
  }
}

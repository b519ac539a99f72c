package dev.reclaim.worker.pace;

import dev.reclaim.admin.PaceStatus;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.DatabaseSettings;
import dev.reclaim.policy.Limits;
import dev.reclaim.policy.PolicyFile;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The paces of one worker, a database each, with a thread each that reads the signals. */
public final class Paces implements AutoCloseable {
  private static final long CLOSE_MS_MAX = 5_000;

  private final Map<String, Pace> paces = new LinkedHashMap<>();
  private final List<Thread> samplers = new ArrayList<>();

  private Paces() {}

  /**
   * Starts them, at full speed; the databases stay the caller's to close, after them.
   *
   * @param worker by its name
   * @param connectionsMax transactions that the worker runs at a time
   * @param clock by which windows open and close
   */
  public static Paces start(
      String worker,
      PolicyFile file,
      Databases databases,
      int connectionsMax,
      InstantSource clock) {
    Paces paces = unwatched(worker, file, connectionsMax, clock, System::nanoTime);
    for (DatabaseSettings settings : file.databases().values()) {
      paces.sample(databases.get(settings.name()), paces.of(settings.name()), settings.limits());
    }
    return paces;
  }

  /** Paces that nobody reads signals for: they stay as they begin until they are told otherwise. */
  public static Paces unwatched(
      String worker,
      PolicyFile file,
      int connectionsMax,
      InstantSource clock,
      LongSupplier nanoTime) {
    Paces paces = new Paces();
    for (DatabaseSettings settings : file.databases().values()) {
      paces.paces.put(
          settings.name(),
          new Pace(worker, settings.name(), settings.limits(), connectionsMax, clock, nanoTime));
    }
    return paces;
  }

  private void sample(Database database, Pace pace, Limits limits) {
    Sampler sampler = new Sampler(database, pace, ours -> signals(pace, limits, ours));
    Thread thread = new Thread(sampler, "pace-" + database.name());
    thread.setDaemon(true);
    thread.start();
    samplers.add(thread);
  }

  private static List<Signal> signals(Pace pace, Limits limits, String ours) {
    return List.of(
        pace.latency(),
        new LockWaitSignal(ours),
        new ReplicaLagSignal(limits.maxReplicaLag(), System::nanoTime),
        new SlotSignal(),
        new DiskSignal(),
        new VacuumSignal(pace::tables));
  }

  /** The pace of a database of the policy file. */
  public Pace of(String database) {
    return Optional.ofNullable(paces.get(database))
        .orElseThrow(() -> new IllegalArgumentException("no database " + database));
  }

  /** What each is at. */
  public List<PaceStatus> statuses() {
    return paces.values().stream().map(Pace::status).toList();
  }

  /** Stops looking; turns are given no more heed. */
  @Override
  public void close() {
    samplers.forEach(Thread::interrupt);
    try {
      for (Thread sampler : samplers) {
        sampler.join(CLOSE_MS_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.reclaim.bench.neighbour;

import dev.reclaim.bench.neighbour.Latencies.Sample;
import dev.reclaim.bench.server.Login;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The neighbour: transactions that fall due at a fixed rate whether or not earlier ones have ended
 * (an open loop), carried out by a fixed number of clients.
 */
public final class Application implements AutoCloseable {
  /** Its name in the server's log. */
  public static final String NAME = "neighbour";

  public static final int CLIENTS = 8;
  public static final int PER_SECOND = 400;

  private static final int IDS_MAX = 100_000;
  private static final long FIRST_NEW_ID = 1L << 40;

  private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
  private final List<Mix> clients = new ArrayList<>();
  private final List<Future<?>> ends = new ArrayList<>();
  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final AtomicLong tickets = new AtomicLong();
  private volatile long endNanos = Long.MAX_VALUE;
  private final long started;

  private Application(Login login) throws Exception {
    long[] ids = Mix.living(login, IDS_MAX);
    AtomicLong nextId = new AtomicLong(FIRST_NEW_ID);
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Mix(login, NAME, i, ids, nextId));
    }
    started = System.nanoTime();
    clients.forEach(client -> ends.add(threads.submit(() -> serve(client))));
  }

  /** Starts the load. */
  public static Application start(Login login) throws Exception {
    return new Application(login);
  }

  private Void serve(Mix client) throws Exception {
    while (true) {
      long since = tickets.getAndIncrement() * (1_000_000_000L / PER_SECOND);
      if (since > endNanos) {
        return null;
      }
      long due = started + since;
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      client.one();
      samples.add(new Sample(due, System.nanoTime() - due));
    }
  }

  /**
   * Latencies of what fell due within a time, as {@link System#nanoTime} counts; to be asked after
   * {@link #stop}.
   */
  public Latencies between(long from, long to) {
    return Latencies.between(from, to, samples);
  }

  /** Ends the load when all is done that is due by now; returns the rows that it has added. */
  public long stop() throws Exception {
    endNanos = System.nanoTime() - started;
    for (Future<?> end : ends) {
      Object unused = end.get();
    }
    return clients.stream().mapToLong(Mix::inserted).sum();
  }

  @Override
  public void close() throws Exception {
    endNanos = 0;
    threads.shutdownNow();
    for (Mix client : clients) {
      client.close();
    }
  }
}

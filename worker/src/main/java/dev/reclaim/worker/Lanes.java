package dev.reclaim.worker;

import dev.reclaim.events.InvalidEventException;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records and brings each claim to the lane of what it needs. Thread-safe. */
final class Lanes implements Crew.Work {
  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  private final Handling task;
  private final ClaimBatch.Sharing sharing;
  private final Function<ReceivedClaim, String> backends;
  private final WorkerSettings settings;
  private final Map<String, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * Lanes without claims.
   *
   * @param backends what each claim needs
   */
  Lanes(
      Handling task,
      ClaimBatch.Sharing sharing,
      Function<ReceivedClaim, String> backends,
      WorkerSettings settings) {
    this.task = task;
    this.sharing = sharing;
    this.backends = backends;
    this.settings = settings;
  }

  @Override
  public void carryOut(Supplier<Optional<Delivery>> queue, int share, Executor others)
      throws InterruptedException {
    Map<String, List<Taken>> read = new LinkedHashMap<>();
    List<Delivery> unreadable = new ArrayList<>();
    for (int records = 0; records < share; records++) {
      Optional<Delivery> next = queue.get();
      if (next.isEmpty()) {
        break;
      }
      read(next.get(), read, unreadable);
    }
    read.forEach((backend, claims) -> add(backend, claims, others));
    for (Delivery delivery : unreadable) {
      task.layAside(delivery);
    }
  }

  private void read(Delivery delivery, Map<String, List<Taken>> read, List<Delivery> unreadable) {
    try {
      ReceivedClaim claim = task.read(delivery.record());
      read.computeIfAbsent(backends.apply(claim), backend -> new ArrayList<>())
          .add(new Taken(delivery, claim));
    } catch (InvalidEventException e) {
      unreadable.add(delivery);
    } catch (RuntimeException e) {
      // Whatever is wrong with one record is its own business.
      LOG.debug("a record cannot be read", e);
      delivery.tries().next();
      task.retry(delivery, e);
    }
  }

  private void add(String backend, List<Taken> claims, Executor others) {
    Lane lane = lanes.computeIfAbsent(backend, it -> lane());
    if (lane.add(claims)) {
      others.execute(() -> work(lane));
    }
  }

  /** Threads that do not come back hold at most half of what may be in flight. */
  private Lane lane() {
    int threadsMax = settings.concurrency();
    return new Lane(threadsMax, Math.max(1, settings.inFlightMax() / 2 / threadsMax));
  }

  /** What waits behind threads that do not come back waits elsewhere. */
  @Override
  public void tend() {
    Duration longest = settings.waits().tryFor();
    lanes.forEach(
        (backend, lane) -> {
          for (Taken taken : lane.stranded(longest)) {
            taken.delivery().tries().next();
            task.await(
                taken.delivery(),
                AwayException.overdue(
                    backend, "no answer for %d s".formatted(longest.toSeconds())));
          }
        });
  }

  private void work(Lane lane) {
    boolean left = false;
    try {
      for (List<Taken> group = lane.next(); ; group = lane.next()) {
        if (group.isEmpty()) {
          left = true;
          return;
        }
        new ClaimBatch(task, sharing, group).carryOut();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      LOG.error("some claims stay unsettled", e);
      throw e;
    } finally {
      if (!left) {
        lane.leave();
      }
    }
  }
}

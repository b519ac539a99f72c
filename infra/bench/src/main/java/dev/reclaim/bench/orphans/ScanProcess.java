package dev.reclaim.bench.orphans;

import dev.reclaim.bench.reclaim.ChildProcess;
import dev.reclaim.bench.reclaim.HeapPeak;
import dev.reclaim.bench.server.Login;
import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.planner.RunRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reclaim's planner in a process of its own with little heap. It warms up on a small shelf, then
 * plans the large one and says how long that took, and its heap's peak.
 */
final class ScanProcess {
  private static final int CONNECTIONS = 4;
  private static final long END_SECONDS_MAX = 30;
  private static final long POLL_MS = 1;

  private ScanProcess() {}

  /**
   * Measures a scan.
   *
   * @param nanos from the first key listed to the last event acknowledged and noted
   * @param heapBytes most that was in use right after a garbage collection
   */
  record Scanned(long nanos, long heapBytes) {}

  static Scanned measure(
      Login login, KafkaSettings kafka, int heapMiBMax, long objects, long warmObjects)
      throws Exception {
    List<String> arguments =
        List.of(kafka.bootstrapServers(), Long.toString(objects), Long.toString(warmObjects));
    try (ChildProcess process =
        ChildProcess.start("planner", ScanProcess.class, heapMiBMax, login, arguments)) {
      process.awaitReady();
      String[] answer = process.ask("scan").split(" ", 2);
      return new Scanned(Long.parseLong(answer[0]), Long.parseLong(answer[1]));
    }
  }

  /** The child. */
  public static void main(String[] args) throws Exception {
    HeapPeak heap = HeapPeak.watch();
    OrphanPolicies policies = OrphanPolicies.of(ChildProcess.login(args[1]));
    Shelf shelf = new Shelf(Long.parseLong(args[3]));
    long warmObjects = Long.parseLong(args[4]);
    Shelf warm = new Shelf(warmObjects);
    try (Databases databases = Databases.connect(policies.file(), CONNECTIONS, args[0]);
        Planner planner =
            Planner.start(
                args[0],
                KafkaSettings.at(args[2]),
                policies.file(),
                databases,
                Map.of(),
                Map.of(OrphanPolicies.SHELF, shelf, OrphanPolicies.WARM, warm))) {
      if (warmObjects > 0) {
        long unused = plan(planner, policies, OrphanPolicies.WARM, Shelf.orphans(warmObjects));
      }
      System.out.println("ready");
      int asked = System.in.read();
      if (asked >= 0) {
        long orphans = Shelf.orphans(Long.parseLong(args[3]));
        long end = plan(planner, policies, OrphanPolicies.SHELF, orphans);
        System.out.println((end - shelf.firstKey()) + " " + heap.bytes());
      }
    }
  }

  /** Plans all; nobody carries it out, so the run is given up. Returns when all was said. */
  private static long plan(Planner planner, OrphanPolicies policies, String name, long orphans)
      throws Exception {
    AtomicLong end = new AtomicLong();
    AtomicLong claims = new AtomicLong();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> run =
          thread.submit(
              () ->
                  planner.run(
                      policies.named(name),
                      RunRequest.NOW,
                      (policy, phase, claimed, share, left) -> {
                        if (phase == Phase.PLANNING && share >= 1) {
                          end.compareAndSet(0, System.nanoTime());
                        }
                        claims.set(claimed);
                      }));
      while (end.get() == 0 && !run.isDone()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MS);
      }
      if (end.get() == 0 || claims.get() != orphans) {
        throw new IllegalStateException(
            claims.get() + " orphans claimed, not " + orphans + (run.isDone() ? run.get() : ""));
      }
      return end.get();
    } finally {
      thread.shutdownNow();
      boolean unused = thread.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }
}

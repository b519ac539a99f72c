package dev.reclaim.bench.chaos;

import dev.reclaim.bench.oracle.Accounts;
import dev.reclaim.bench.oracle.Invariant;
import dev.reclaim.embedded.EmbeddedPostgres;
import dev.reclaim.embedded.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/**
 * Rounds of faults over real servers and processes. Each ends in rest: the application stops, all
 * is healed, one more run is made of every policy, and then everything must hold.
 */
public final class Chaos implements AutoCloseable {
  private static final long REST_SECONDS_MAX = 150;
  private static final long LOOK_EVERY_MS = 300;
  private static final long FIRST_MS = 300;
  private static final int SPREAD_MS = 3_000;
  private static final List<String> POLICIES = List.of("sessions", "jobs", "orphans");

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ExecutorService hands = Executors.newCachedThreadPool();
  private final Consumer<String> out;
  private final long seed;
  private final Random random;
  private final Deck deck;
  private final Site site;
  private final Crew crew;
  private final Faults faults;
  private final AtomicLong nextId = new AtomicLong(1);
  private final List<String> notes = new ArrayList<>();
  private long restNanosMax;

  /** Starts servers and processes, and waits until they stand. */
  public Chaos(Path directory, long seed, Consumer<String> out) throws Exception {
    this.seed = seed;
    this.random = new Random(seed);
    this.deck = new Deck(random);
    this.out = out;
    try {
      EmbeddedPostgres postgres = own(EmbeddedPostgres.start(directory.resolve("postgres")));
      EmbeddedS3 s3 = own(EmbeddedS3.start(directory.resolve("s3")));
      BrokerProcess broker = own(BrokerProcess.start(directory.resolve("broker")));
      this.site = own(Site.create("chaos", postgres, s3, broker.bootstrapServers()));
      this.crew = own(Crew.start(site, directory));
      this.faults = new Faults(site, crew, broker, postgres);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private <T extends AutoCloseable> T own(T part) {
    open.push(part);
    return part;
  }

  /** Plays rounds until one does not end well. */
  public ChaosReport play(int rounds, int faultsPerRound) throws Exception {
    long started = System.nanoTime();
    int played = 0;
    while (played < rounds && notes.isEmpty()) {
      played++;
      round(played, faultsPerRound);
    }
    return report(played, (System.nanoTime() - started) / 1e9);
  }

  private void round(int number, int faultsPerRound) throws Exception {
    long started = System.nanoTime();
    List<String> brought = new ArrayList<>();
    crew.plan();
    try (Application unused = Application.start(site, nextId, seed + 1_000L * number)) {
      bring(deck.next(faultsPerRound)).forEach(fault -> brought.add(fault.toString()));
    }
    long resting = System.nanoTime();
    List<String> violations = rest();
    restNanosMax = Math.max(restNanosMax, System.nanoTime() - resting);
    out.accept(
        "round %d: %.1f s, %.1f of them to rest, %s%s"
            .formatted(
                number,
                (System.nanoTime() - started) / 1e9,
                (System.nanoTime() - resting) / 1e9,
                brought,
                violations.isEmpty() ? "" : " VIOLATED"));
    violations.forEach(violation -> notes.add("round %d: %s".formatted(number, violation)));
    violations.forEach(out);
  }

  /** Each begins at a moment of its own, so that they overlap. */
  private List<Brought> bring(List<Fault> dealt) throws Exception {
    List<Future<Brought>> under = new ArrayList<>();
    for (Fault fault : dealt) {
      long afterMs = FIRST_MS + random.nextInt(SPREAD_MS);
      Random own = new Random(random.nextLong());
      under.add(hands.submit(() -> bring(fault, afterMs, own)));
    }
    List<Brought> brought = new ArrayList<>();
    for (Future<Brought> each : under) {
      brought.add(each.get());
    }
    brought.stream().filter(each -> !each.effect()).forEach(each -> deck.again(each.fault()));
    return brought;
  }

  private record Brought(Fault fault, boolean effect, double seconds) {
    @Override
    public String toString() {
      return "%s%s %.1f s".formatted(fault, effect ? "" : " (no effect)", seconds);
    }
  }

  private Brought bring(Fault fault, long afterMs, Random own)
      throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(afterMs);
    long begun = System.nanoTime();
    boolean effect = false;
    try {
      effect = faults.bring(fault, own);
    } catch (KafkaException e) {
      out.accept(fault + " took no effect: " + e);
    }
    return new Brought(fault, effect, (System.nanoTime() - begun) / 1e9);
  }

  /** What does not hold, if it does not come to hold in time. */
  private List<String> rest() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_SECONDS_MAX);
    crew.rest();
    crew.awaitReady(deadline);
    if (!crew.lastRuns(POLICIES, random, deadline)) {
      List<String> violations = new ArrayList<>(List.of("the last runs did not end in time"));
      violations.addAll(violations());
      return violations;
    }
    List<String> violations = violations();
    while (!violations.isEmpty() && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      violations = violations();
    }
    return violations;
  }

  private List<String> violations() throws Exception {
    List<String> violations = new ArrayList<>();
    for (Invariant invariant : Invariant.all()) {
      violations.addAll(invariant.violations(site.evidence()));
    }
    return violations;
  }

  private ChaosReport report(int rounds, double seconds) throws SQLException {
    Accounts accounts = new Accounts(site.evidence());
    return new ChaosReport(
        seed,
        rounds,
        seconds,
        notes.size(),
        faults.counts(),
        accounts.planted(),
        accounts.deleted(),
        accounts.ledgerSum(),
        accounts.metricsSum(),
        restNanosMax / 1e9,
        notes);
  }

  @Override
  public void close() throws Exception {
    hands.shutdownNow();
    for (AutoCloseable part : open) {
      part.close();
    }
    open.clear();
  }
}

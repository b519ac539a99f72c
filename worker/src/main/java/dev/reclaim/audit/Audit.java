package dev.reclaim.audit;

import dev.reclaim.database.Database;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** One comparison of all accounts; for one thread, and once. */
public final class Audit {
  private static final Comparator<AuditReport.OfRun> BY_RUN =
      Comparator.comparing(AuditReport.OfRun::policy)
          .thenComparing(AuditReport.OfRun::run, Comparator.nullsFirst(Comparator.naturalOrder()));

  private final KafkaSettings kafka;
  private final List<Database> databases = new ArrayList<>();
  private final Set<String> named;
  private final Set<String> policies;
  private final Groups groups = new Groups();

  /**
   * Reads nothing yet.
   *
   * @param databases those whose ledgers count, each with Reclaim's schema in it
   * @param named policies of the policy file
   * @param policies those to compare; all, also such as only a ledger knows, where there is none
   */
  public Audit(
      KafkaSettings kafka, Iterable<Database> databases, Set<String> named, Set<String> policies) {
    this.kafka = kafka;
    databases.forEach(this.databases::add);
    this.named = named;
    this.policies = policies;
  }

  /**
   * Compares.
   *
   * @param patience how long to wait for what is on its way
   * @throws UserException when a policy is unknown, or Kafka does not answer
   */
  public AuditReport compare(Duration patience) throws InterruptedException {
    requireKnown();
    try (OutcomeTopic topic = new OutcomeTopic(kafka);
        Spill ledger = new Spill();
        Spill outcomes = new Spill()) {
      Set<String> known = known(read(topic, ledger, outcomes));
      EventComparison events =
          new EventComparison(
              Instant.now(), topic.memory(), group -> known.contains(groups.group(group).policy()));
      Supplier<SettledMetrics> look =
          () -> SettledMetrics.look(kafka, databases, topic, known, policies);
      ExecutorService beside = Executors.newSingleThreadExecutor();
      try {
        Future<SettledMetrics> metrics = beside.submit(() -> SettledMetrics.await(look, patience));
        events.compare(ledger, outcomes);
        return report(known, events, await(metrics), topic);
      } finally {
        beside.shutdownNow();
      }
    }
  }

  /** Only a name that the file does not have is worth a look at all of a ledger. */
  private void requireKnown() {
    if (named.containsAll(policies)) {
      return;
    }
    Set<String> booked = WindowSums.policies(databases);
    for (String policy : policies) {
      if (!named.contains(policy) && !booked.contains(policy)) {
        throw new UserException(
            Kind.USAGE,
            "There is no policy %s, neither in the file nor in a ledger.".formatted(policy));
      }
    }
  }

  /** Those that are compared, in order. */
  private Set<String> known(Set<String> booked) {
    Set<String> known = new TreeSet<>(policies.isEmpty() ? named : policies);
    if (policies.isEmpty()) {
      known.addAll(booked);
      known.addAll(WindowSums.summed(databases));
    }
    return known;
  }

  /**
   * The topic's end is taken once every ledger is fixed: what is noted there as said lies before
   * it. What came into a ledger meanwhile is read last.
   *
   * @return policies that a ledger knows
   */
  private Set<String> read(OutcomeTopic topic, Spill ledger, Spill outcomes)
      throws InterruptedException {
    LedgerReading reading = new LedgerReading(groups, policies, ledger);
    List<Instant> moments = databases.stream().map(Audit::now).toList();
    CountDownLatch begun = new CountDownLatch(databases.size());
    ExecutorService readers = Executors.newFixedThreadPool(databases.size());
    try {
      List<Future<?>> reads = new ArrayList<>();
      for (int i = 0; i < databases.size(); i++) {
        int number = i;
        reads.add(readers.submit(() -> reading.read(databases.get(number), number, begun)));
      }
      begun.await();
      topic.read(groups, policies, outcomes);
      for (Future<?> read : reads) {
        Object unused = await(read);
      }
    } finally {
      readers.shutdownNow();
    }
    for (int i = 0; i < databases.size(); i++) {
      reading.readSince(databases.get(i), i, moments.get(i));
    }
    return reading.policies();
  }

  private static <T> T await(Future<T> work) throws InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Instant now(Database database) {
    return database
        .jdbi()
        .withHandle(handle -> handle.createQuery("SELECT now()").mapTo(Instant.class).one());
  }

  private AuditReport report(
      Set<String> known, EventComparison events, SettledMetrics metrics, OutcomeTopic topic) {
    Naming naming = new Naming(databases, topic, kafka.topics().outcomes(), groups);
    List<Difference> first = new ArrayList<>();
    events.earliest().forEach(suspect -> first.add(naming.name(suspect)));
    first.addAll(metrics.differences());
    List<AuditReport.OfRun> runs = new ArrayList<>();
    for (Map.Entry<Integer, GroupSums> group : events.sums().entrySet()) {
      runs.add(run(group.getKey(), group.getValue(), !events.isDifferent(group.getKey())));
    }
    runs.sort(BY_RUN);
    long differences = events.differences() + metrics.differences().size();
    return new AuditReport(
        differences == 0,
        known.stream().map(policy -> policy(policy, runs, metrics)).toList(),
        runs,
        differences,
        first,
        events.foreign(),
        topic.unreadable());
  }

  private AuditReport.OfRun run(int group, GroupSums sums, boolean equal) {
    Groups.Group its = groups.group(group);
    return new AuditReport.OfRun(
        its.policy(),
        its.run(),
        equal,
        sums.ledger(),
        sums.outcomes(),
        sums.unsaid(),
        sums.beyond());
  }

  private static AuditReport.OfPolicy policy(
      String policy, List<AuditReport.OfRun> runs, SettledMetrics metrics) {
    List<AuditReport.OfRun> its = runs.stream().filter(run -> run.policy().equals(policy)).toList();
    MetricsComparison.Result counted = metrics.of(policy);
    return new AuditReport.OfPolicy(
        policy,
        counted.difference().isEmpty() && its.stream().allMatch(AuditReport.OfRun::equal),
        metrics.ledger(policy),
        its.stream().map(AuditReport.OfRun::ledger).reduce(Amounts.NONE, Amounts::plus),
        its.stream().map(AuditReport.OfRun::outcomes).reduce(Amounts.NONE, Amounts::plus),
        counted.all(),
        counted.windows(),
        its.stream().mapToLong(AuditReport.OfRun::unsaid).sum(),
        its.stream().mapToLong(AuditReport.OfRun::beyond).sum(),
        counted.onTheirWay());
  }
}

package dev.reclaim.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.bench.oracle.Invariant;
import dev.reclaim.crash.CrashPoint;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.Policy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;

/**
 * One line of the crash matrix: a process that dies at a point, another in its place, and the
 * accounts of the site afterwards.
 */
final class CrashCase implements AutoCloseable {
  private static final Duration REST_MAX = Duration.ofSeconds(60);

  /** What nobody has said is swept when it is 30 s old, every 30 s. */
  private static final Duration SWEPT_MAX = Duration.ofMinutes(2);

  private static final long POLL_MS = 200;

  /** Each partition of the topic has some of them. */
  private static final String MANY_EVENTS =
      "INSERT INTO sessions SELECT n, now() - interval '26 hours', '' FROM generate_series(100001, 130000) n";

  /** Believes that references have become few: the jobs that named files are gone. */
  private static final RunRequest REQUEST =
      new RunRequest(Optional.empty(), Optional.empty(), true, false);

  private final Site site;
  private final Path directory;
  private final boolean counted;
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ExecutorService planning = Executors.newCachedThreadPool();

  private CrashCase(Site site, Path directory, boolean counted) {
    this.site = site;
    this.directory = directory;
    this.counted = counted;
    own(planning::shutdownNow);
  }

  /** A line that has the site for itself, and closes it. */
  CrashCase(Site site, Path directory) {
    this(site, directory, false);
    own(site);
  }

  /** One of several on a site whose outcomes somebody counts already. */
  static CrashCase among(Site site, Path directory) {
    return new CrashCase(site, directory, true);
  }

  private <T extends AutoCloseable> T own(T part) {
    open.push(part);
    return part;
  }

  /** A worker dies at the point; one in this process goes on. */
  void workerDies(String order) throws Exception {
    count();
    RoleProcess victim = victim(Role.WORKER, order);
    List<Future<RunResult>> runs = plan();
    requireKilled(victim, order);
    own(installed("successor").startWorker("successor", site.kafka()));
    requireComplete(runs);
    requireExact();
  }

  /**
   * A worker dies with a policy's rows committed, and somebody sets its group's offsets past their
   * event: nobody is told of it again, follow-ups included, but by the sweep of another worker.
   */
  void workerIsSkipped(String policy) throws Exception {
    count();
    RoleProcess victim = victim(Role.WORKER, "after-commit:1");
    List<Future<RunResult>> skipped = plan(policy::equals);
    requireKilled(victim, "after-commit:1");
    GroupOffsets.of(site).skipCommitted();
    own(installed("successor").startWorker("successor", site.kafka()));
    requireComplete(plan(name -> !name.equals(policy)));
    requireComplete(skipped, SWEPT_MAX);
    requireExact();
  }

  /**
   * A worker dies when all is done but one event that the application holds up: others of its
   * partition have overtaken it, and its offset must not have moved with them.
   *
   * @param policy of the same name as its table
   */
  void workerDiesBehind(String policy) throws Exception {
    count();
    RoleProcess victim =
        own(RoleProcess.start(Role.WORKER, "victim", site, directory, Map.of())).awaitReady();
    List<Future<RunResult>> held;
    try (Connection application = site.connect("chaos-application");
        Statement statement = application.createStatement()) {
      statement.execute(MANY_EVENTS);
      application.setAutoCommit(false);
      statement.execute("LOCK TABLE " + policy + " IN EXCLUSIVE MODE");
      held = plan(policy::equals);
      GroupOffsets offsets = GroupOffsets.of(site);
      TopicPartition behind = offsets.awaitEvent(policy);
      requireComplete(plan(name -> !name.equals(policy)));
      offsets.awaitAllBut(behind);
      victim.kill();
    }
    own(installed("successor").startWorker("successor", site.kafka()));
    requireComplete(held);
    requireExact();
  }

  /**
   * A worker dies with work in its hands while another is there.
   *
   * @return from its death until all is done
   */
  Duration anotherGoesOn(String order) throws Exception {
    count();
    own(installed("other").startWorker("other", site.kafka()));
    RoleProcess victim = victim(Role.WORKER, order);
    GroupOffsets.of(site).awaitMembers(2);
    List<Future<RunResult>> runs = plan();
    requireKilled(victim, order);
    long died = System.nanoTime();
    requireComplete(runs);
    Duration took = Duration.ofNanos(System.nanoTime() - died);
    requireExact();
    return took;
  }

  /** A worker sleeps at the point until another has done all of its work, and then goes on. */
  void workerSleeps(String order) throws Exception {
    count();
    RoleProcess zombie = victim(Role.WORKER, order + ":stop");
    List<Future<RunResult>> runs = plan();
    own(installed("successor").startWorker("successor", site.kafka()));
    requireComplete(runs);
    assertThat(zombie.errors()).contains("ends " + order.replaceAll(":.*", ""));
    requireExact();
    zombie.goOn();
    TimeUnit.SECONDS.sleep(2);
    assertThat(zombie.isAlive()).isTrue();
    requireExact();
  }

  /** The database has committed, and the worker never hears of it, several times on end. */
  void repliesAreLost(int replies) throws Exception {
    count();
    own(installed("worker").startWorker("worker", site.kafka()));
    site.databaseProxy().loseCommits(replies);
    requireComplete(plan());
    assertThat(site.databaseProxy().keepCommits()).isZero();
    requireExact();
  }

  /** The planner dies at the point; one of the same name goes on. */
  void plannerDies(String order) throws Exception {
    count();
    own(installed("worker").startWorker("worker", site.kafka()));
    RoleProcess victim = victim(Role.PLANNER, order);
    victim.order("last");
    requireKilled(victim, order);
    requireComplete(plan());
    requireComplete(plan());
    requireExact();
  }

  /** The stream dies at the point; one with the same state goes on. */
  void streamDies(String order) throws Exception {
    RoleProcess victim = victim(Role.METRICS, order);
    own(installed("worker").startWorker("worker", site.kafka()));
    List<Future<RunResult>> runs = plan();
    requireKilled(victim, order);
    own(metrics(site, directory));
    requireComplete(runs);
    requireExact();
  }

  private RoleProcess victim(Role role, String order) throws Exception {
    return own(RoleProcess.start(
            role,
            role == Role.PLANNER ? "planner" : role == Role.METRICS ? "metrics" : "victim",
            site,
            directory,
            Map.of(CrashPoint.VARIABLE, order)))
        .awaitReady();
  }

  private static void requireKilled(RoleProcess victim, String order) throws Exception {
    assertThat(victim.awaitEnd()).as(victim.errors()).isEqualTo(CrashPoint.EXIT_CODE);
    assertThat(victim.errors()).contains("ends " + order.replaceAll(":.*", ""));
  }

  private void count() {
    if (!counted) {
      own(metrics(site, directory));
    }
  }

  /** Counts the outcomes of a site. */
  static MetricsJob metrics(Site site, Path directory) {
    return MetricsJob.start(MetricsSettings.of(site.kafka(), directory.resolve("metrics-state")));
  }

  private Installed installed(String name) {
    return own(Installed.open(name, site.environment()::get));
  }

  private List<Future<RunResult>> plan() {
    return plan(policy -> true);
  }

  private List<Future<RunResult>> plan(Predicate<String> which) {
    Installed installed = own(Installed.open("planner", site.direct()::get));
    Planner planner = own(installed.startPlanner("planner", site.kafka()));
    List<Future<RunResult>> runs = new ArrayList<>();
    for (Policy policy : installed.file().policies()) {
      if (which.test(policy.name())) {
        runs.add(
            planning.submit(() -> planner.run(policy, REQUEST, RunProgress.SILENT).orElseThrow()));
      }
    }
    return runs;
  }

  private static void requireComplete(List<Future<RunResult>> runs) throws Exception {
    requireComplete(runs, REST_MAX);
  }

  private static void requireComplete(List<Future<RunResult>> runs, Duration longest)
      throws Exception {
    for (Future<RunResult> run : runs) {
      RunResult result = run.get(longest.toSeconds(), TimeUnit.SECONDS);
      assertThat(result.state()).as(result.toString()).isEqualTo(RunResult.State.COMPLETE);
    }
  }

  private void requireExact() throws Exception {
    long end = System.nanoTime() + REST_MAX.toNanos();
    List<String> violations = violations();
    while (!violations.isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
      violations = violations();
    }
    assertThat(violations).isEmpty();
  }

  private List<String> violations() throws Exception {
    List<String> violations = new ArrayList<>();
    for (Invariant invariant : Invariant.all()) {
      violations.addAll(invariant.violations(site.evidence()));
    }
    return violations;
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
  }
}

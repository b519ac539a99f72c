package dev.reclaim.cli;

import dev.reclaim.admin.AdminServer;
import dev.reclaim.cli.demo.Account;
import dev.reclaim.cli.demo.Amounts;
import dev.reclaim.cli.demo.DemoReport;
import dev.reclaim.cli.demo.Label;
import dev.reclaim.cli.demo.LabelAccounts;
import dev.reclaim.cli.demo.Oracle;
import dev.reclaim.cli.demo.SampleServers;
import dev.reclaim.cli.demo.SampleSystems;
import dev.reclaim.cli.demo.Verdict;
import dev.reclaim.embedded.EmbeddedServers;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.planner.RunResult;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFiles;
import dev.reclaim.settings.UserException;
import dev.reclaim.worker.Worker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One demo: embedded servers, sample systems, and all roles over them. */
final class Demo implements AutoCloseable {
  private static final int WORKERS = 2;
  private static final int CONNECTIONS_MAX = 24;
  private static final Duration METRICS_PATIENCE = Duration.ofSeconds(60);
  private static final Amounts ROUND = new Amounts(2_000, 200);
  private static final long BETWEEN_ROUNDS_SECONDS = 10;

  private final Roles roles;
  private final PrintStream out = System.out;
  private final EmbeddedServers servers;
  private final SampleSystems systems;
  private final Oracle oracle;
  private final Installation installation;
  private final List<Worker> workers = new ArrayList<>();
  private final Planner planner;
  private final MetricsView metrics;
  private final AdminServer admin;
  private final long started;

  private Demo(Roles roles, Path directory, Amounts amounts, int port) {
    this.roles = roles;
    this.started = System.nanoTime();
    say("starting Kafka, PostgreSQL and S3 in " + directory);
    this.servers = roles.own(EmbeddedServers.start(directory.resolve("servers")));
    say(
        "planting %,d rows and %,d files that must go, among others that must stay"
            .formatted(amounts.rows(), amounts.files()));
    this.systems =
        SampleSystems.create(
            new SampleServers(servers.postgres(), servers.s3(), directory.resolve("stores")));
    systems.plant(amounts);
    this.oracle = systems.oracle();
    oracle.before();

    say("starting a planner, %d workers and the metrics stream".formatted(WORKERS));
    PolicyFile file = PolicyFiles.read(SampleSystems.policyFiles(), systems.variables()::get);
    this.installation =
        roles.own(Installation.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-demo")));
    KafkaSettings kafka = KafkaSettings.at(servers.kafka().bootstrapServers());
    TopicSetup.ensure(kafka);
    MetricsJob job =
        roles.own(MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams"))));
    this.metrics = roles.own(MetricsView.start(kafka));
    for (int number = 1; number <= WORKERS; number++) {
      workers.add(roles.own(installation.startWorker("worker-" + number, kafka)));
    }
    this.planner = roles.own(installation.startPlanner(ProcessName.of("demo"), kafka));
    this.admin =
        roles.own(
            AdminServer.start(
                port,
                Map.of("metrics", job::healthy),
                () -> metrics.snapshot().values(),
                () -> workers.stream().flatMap(worker -> worker.pace().stream()).toList()));
  }

  /** Starts all of it, or nothing. */
  static Demo start(Path directory, Amounts amounts, int port) {
    Roles roles = new Roles();
    Demo demo = null;
    try {
      demo = new Demo(roles, directory, amounts, port);
      return demo;
    } finally {
      if (demo == null) {
        roles.close();
      }
    }
  }

  /** Runs every policy once and holds the accounts against each other. */
  boolean prove(Optional<Path> json) throws InterruptedException, IOException {
    say("running %d policies".formatted(installation.file().policies().size()));
    List<RunResult> runs = run();
    Verdict verdict = oracle.after();
    Account ledger = DemoAccounts.ledger(installation.databases());
    Account sums = DemoAccounts.metrics(metrics, ledger, METRICS_PATIENCE);
    LabelAccounts labels = labels();
    DemoReport report =
        DemoReport.of(
            verdict,
            ledger,
            sums,
            labels,
            guarded(runs),
            Duration.ofNanos(System.nanoTime() - started));
    report.print(out);
    if (json.isPresent()) {
      report.writeJson(json.get());
    }
    return report.verified();
  }

  private LabelAccounts labels() throws InterruptedException {
    Map<Label, Account> ledger = DemoAccounts.ledgerByLabel(installation.databases());
    return new LabelAccounts(
        oracle.labels(), ledger, DemoAccounts.metricsByLabel(metrics, ledger, METRICS_PATIENCE));
  }

  /** Plants and cleans small rounds until it is interrupted. */
  void goOn() {
    out.println();
    out.println("  Going on with small rounds until Ctrl-C. Look around meanwhile:");
    out.println("  metrics     " + admin.uri().resolve("/v1/metrics?window=all"));
    out.println("  Kafka       " + servers.kafka().bootstrapServers() + ", topics reclaim.*");
    out.println(
        "  PostgreSQL  "
            + servers.postgres().jdbcUrl("renders")
            + ", user "
            + servers.postgres().user()
            + ", password "
            + servers.postgres().password()
            + "; SELECT * FROM reclaim.run_history");
    out.println("  S3          " + servers.s3().endpoint() + ", buckets renders and exports");
    out.println();
    try {
      for (int round = 2; ; round++) {
        TimeUnit.SECONDS.sleep(BETWEEN_ROUNDS_SECONDS);
        systems.plant(ROUND);
        List<RunResult> runs = run();
        var total = RunCommand.total(runs);
        out.printf(
            "  round %d: %,d rows, %,d files, %,d bytes reclaimed%n",
            round, total.rows(), total.files(), total.bytes());
      }
    } catch (InterruptedException e) {
      out.println("  Closing.");
    }
  }

  private List<RunResult> run() throws InterruptedException {
    PolicyRuns.Results results;
    try (RunBar bar = new RunBar()) {
      results =
          new PolicyRuns(planner, bar, () -> workers.stream().anyMatch(Worker::healthy))
              .run(installation.file().policies(), RunRequest.NOW, Optional.empty());
    }
    for (UserException stop : results.stopped().values()) {
      throw stop;
    }
    return results.done();
  }

  private static Map<String, Long> guarded(List<RunResult> runs) {
    Map<String, Long> guarded = new HashMap<>();
    for (RunResult run : runs) {
      guarded.merge(run.policy(), run.guarded() + run.counts().guarded(), Long::sum);
    }
    return guarded;
  }

  private void say(String what) {
    out.printf("  %5.1f s  %s%n", (System.nanoTime() - started) / 1e9, what);
  }

  @Override
  public void close() {
    roles.close();
  }
}

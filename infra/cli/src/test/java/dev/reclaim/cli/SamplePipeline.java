package dev.reclaim.cli;

import dev.reclaim.cli.demo.Account;
import dev.reclaim.cli.demo.Amounts;
import dev.reclaim.cli.demo.Label;
import dev.reclaim.cli.demo.Oracle;
import dev.reclaim.cli.demo.SampleServers;
import dev.reclaim.cli.demo.SampleSystems;
import dev.reclaim.database.Database;
import dev.reclaim.embedded.EmbeddedServers;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.kafka.TopicSetup;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.metrics.MetricsView;
import dev.reclaim.planner.Planner;
import dev.reclaim.planner.RunProgress;
import dev.reclaim.planner.RunRequest;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The demo's servers and sample systems with planner and metrics, and workers as processes. */
final class SamplePipeline implements AutoCloseable {
  private static final String SETTLED = "SELECT count(*) FROM reclaim.ledger";

  /** Published, and in no ledger of this database yet; those of files may stand in another. */
  private static final String UNSETTLED =
      """
      SELECT count(*) FROM reclaim.run_event e
       WHERE NOT EXISTS (SELECT 1 FROM reclaim.ledger l
                          WHERE (l.planned_on, l.source, l.id) = (e.planned_on, e.source, e.id))
      """;

  private final Roles roles = new Roles();
  private final Path directory;
  private final EmbeddedServers servers;
  private final SampleSystems systems;
  private final Path policies;
  private final Installation installation;
  private final MetricsView metrics;
  private final Planner planner;
  private int workers;

  SamplePipeline(Path directory) throws IOException {
    this.directory = directory;
    this.servers = roles.own(EmbeddedServers.start(directory.resolve("servers")));
    this.systems =
        SampleSystems.create(
            new SampleServers(servers.postgres(), servers.s3(), directory.resolve("stores")));
    this.policies =
        Files.writeString(directory.resolve("policies.yaml"), SampleSystems.policyFile());
    PolicyFile file = PolicyFileReader.read(policies, systems.variables()::get);
    KafkaSettings kafka = KafkaSettings.at(servers.kafka().bootstrapServers());
    TopicSetup.ensure(kafka);
    systems.plant(new Amounts(Amounts.MIN, Amounts.MIN));
    this.installation = roles.own(Installation.open(file, 14, "reclaim-test"));
    roles.own(MetricsJob.start(MetricsSettings.of(kafka, directory.resolve("streams"))));
    this.metrics = roles.own(MetricsView.start(kafka));
    this.planner =
        roles.own(
            Planner.start(
                "test",
                kafka,
                file,
                installation.databases(),
                installation.targets(),
                installation.stores()));
  }

  /** Plants another round; the oracle's notes are of everything that is there then. */
  Oracle plant(Amounts amounts) {
    systems.plant(amounts);
    Oracle oracle = systems.oracle();
    oracle.before();
    return oracle;
  }

  /** Workers as {@code reclaim worker} starts them, and, as they say, up. */
  List<ReclaimProcess> startWorkers(int number) throws IOException {
    List<ReclaimProcess> started = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      started.add(
          roles.own(
              ReclaimProcess.start(
                  directory,
                  "worker-" + ++workers,
                  systems.variables(),
                  "worker",
                  "--policies",
                  policies.toString(),
                  "--kafka",
                  servers.kafka().bootstrapServers())));
    }
    started.forEach(worker -> worker.awaitLine("The worker is up"));
    return started;
  }

  /** Runs every policy to its end. */
  PolicyRuns.Results run() throws InterruptedException {
    return new PolicyRuns(planner, RunProgress.SILENT)
        .run(installation.file().policies(), RunRequest.NOW, Optional.empty());
  }

  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(
        servers.postgres().jdbcUrl(database),
        servers.postgres().user(),
        servers.postgres().password());
  }

  /** Events that have ended in a ledger. */
  long settled() {
    return sum(SETTLED);
  }

  /** Events that were published and are in no ledger. */
  long unsettled() {
    return sum(UNSETTLED);
  }

  private long sum(String query) {
    long sum = 0;
    for (Database database : installation.databases().all()) {
      sum +=
          database.jdbi().withHandle(handle -> handle.createQuery(query).mapTo(Long.class).one());
    }
    return sum;
  }

  Account ledger() {
    return DemoAccounts.ledger(installation.databases());
  }

  /** The metrics, once they are as expected or a minute has passed. */
  Account metrics(Account expected) throws InterruptedException {
    return DemoAccounts.metrics(metrics, expected, Duration.ofMinutes(1));
  }

  Map<Label, Account> ledgerByLabel() {
    return DemoAccounts.ledgerByLabel(installation.databases());
  }

  /** Likewise. */
  Map<Label, Account> metricsByLabel(Map<Label, Account> expected) throws InterruptedException {
    return DemoAccounts.metricsByLabel(metrics, expected, Duration.ofMinutes(1));
  }

  @Override
  public void close() {
    roles.close();
  }
}

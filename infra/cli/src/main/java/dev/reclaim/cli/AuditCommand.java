package dev.reclaim.cli;

import dev.reclaim.audit.Audit;
import dev.reclaim.audit.AuditReport;
import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether all accounts say the same. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Compares ledger, outcomes and metrics, event by event and window by window; changes nothing.",
      "Ends with 0 where they are equal, and with 1 and the first differences where they are not."
    })
final class AuditCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 3;

  @Mixin private PolicyOptions file;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "Only this policy; may be given several times. Default: all.")
  private List<String> policies = List.of();

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "-",
      paramLabel = "FILE",
      description = "Writes the result as JSON, too; without FILE to standard output alone.")
  private @Nullable Path json;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "PT10S",
      description = "How long to wait for what is on its way. Default: ${DEFAULT-VALUE}")
  private Duration patience = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init")
  AuditCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    OutputFile.require(json);
    PolicyFile read = file.read();
    try (Roles roles = new Roles()) {
      Databases databases =
          roles.own(Databases.connect(read, CONNECTIONS_MAX, ProcessName.of("reclaim-audit")));
      KafkaSettings broker = roles.own(kafka.open()).settings();
      AuditReport report =
          new Audit(broker, LedgerBooks.of(databases), names(read), new TreeSet<>(policies))
              .compare(patience);
      if (json != null) {
        OutputFile.writeJson(json, report);
      }
      if (json == null || !OutputFile.isStandardOutput(json)) {
        new AuditTable(System.out).print(report);
      }
      return report.equal() ? 0 : UserException.Kind.FAILED.exitCode();
    }
  }

  private static Set<String> names(PolicyFile file) {
    return file.policies().stream().map(Policy::name).collect(Collectors.toSet());
  }
}

package dev.reclaim.cli;

import dev.reclaim.database.Databases;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsRebuild;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The accounts made anew from the ledger. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the accounts on the metrics topic anew from the ledgers, while the metrics job runs.",
      "They are too small while it works; ended halfway, do it again."
    })
final class MetricsRebuildCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 2;

  @Mixin private PolicyOptions file;
  @Mixin private RemoteKafkaOption kafka;

  @Parameters(paramLabel = "POLICY", description = "Names of policies. Default: all of the file.")
  private List<String> policies = List.of();

  @SuppressWarnings("NullAway.Init")
  MetricsRebuildCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PolicyFile read = file.read();
    Set<String> wanted = wanted(read);
    try (Roles roles = new Roles()) {
      KafkaSettings broker = kafka.reach();
      Databases databases =
          roles.own(Databases.connect(read, CONNECTIONS_MAX, ProcessName.of("reclaim-rebuild")));
      long steps = new MetricsRebuild(broker, LedgerBooks.of(databases), wanted).carryOut();
      System.out.printf(
          "%,d policies made anew from %,d sums and outcomes.%n", wanted.size(), steps);
      return 0;
    }
  }

  private Set<String> wanted(PolicyFile read) {
    Set<String> known = read.policies().stream().map(Policy::name).collect(Collectors.toSet());
    for (String policy : policies) {
      if (!known.contains(policy)) {
        throw new UserException(
            UserException.Kind.USAGE, "There is no policy %s in the file.".formatted(policy));
      }
    }
    return policies.isEmpty() ? known : new TreeSet<>(policies);
  }
}

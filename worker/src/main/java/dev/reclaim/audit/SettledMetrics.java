package dev.reclaim.audit;

import dev.reclaim.database.Database;
import dev.reclaim.events.MetricsKey;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsReader;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The metrics of all policies beside the ledgers, given time to catch up. */
final class SettledMetrics {
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_MS = 500;

  private final WindowSums ledger;
  private final Map<String, MetricsComparison.Result> results;

  private SettledMetrics(WindowSums ledger, Map<String, MetricsComparison.Result> results) {
    this.ledger = ledger;
    this.results = results;
  }

  /** Looks until all are equal, or patience ends. */
  static SettledMetrics await(Supplier<SettledMetrics> look, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      SettledMetrics metrics = look.get();
      if (metrics.settled() || System.nanoTime() > end) {
        return metrics;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
  }

  /** One look: at the metrics, at what the stream has not read, and last at the ledgers. */
  static SettledMetrics look(
      KafkaSettings kafka,
      Collection<Database> databases,
      OutcomeTopic topic,
      Set<String> known,
      Set<String> policies) {
    Map<MetricsKey, ReclaimedSpace> metrics =
        MetricsReader.read(
            kafka, READ_TIMEOUT, key -> key.labels().isEmpty() && known.contains(key.policy()));
    Map<String, Long> unread = topic.unread();
    WindowSums ledger = WindowSums.read(databases, policies);
    Map<String, MetricsComparison.Result> results = new TreeMap<>();
    for (String policy : known) {
      results.put(
          policy,
          MetricsComparison.compare(
              policy, ledger, metrics, Objects.requireNonNullElse(unread.get(policy), 0L)));
    }
    return new SettledMetrics(ledger, results);
  }

  private boolean settled() {
    return results.values().stream().allMatch(MetricsComparison.Result::settled);
  }

  MetricsComparison.Result of(String policy) {
    return Objects.requireNonNull(results.get(policy));
  }

  /** What the ledgers and their totals had of the policy at that moment. */
  Amounts ledger(String policy) {
    return ledger.all(policy);
  }

  List<Difference> differences() {
    return results.values().stream()
        .map(MetricsComparison.Result::difference)
        .flatMap(Optional::stream)
        .toList();
  }
}

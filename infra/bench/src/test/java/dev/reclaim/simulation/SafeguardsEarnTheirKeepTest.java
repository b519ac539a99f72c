package dev.reclaim.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.simulation.Sabotage.Kind;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each safeguard keeps a promise that is broken without it: under some seed that is fine otherwise.
 */
class SafeguardsEarnTheirKeepTest {
  private static final long SEEDS_MAX = 1_500;
  private static final int SEEDS_AT_ONCE = 20;

  /**
   * A safeguard.
   *
   * @param sabotage what switches it off
   * @param broken the invariant that it is there for
   */
  record Safeguard(String name, Sabotage sabotage, Class<?> broken) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Safeguard> safeguards() {
    return Stream.of(
        new Safeguard(
            "the row's predicate at deletion",
            Sabotage.of("\"\\w+\"\\.\"created_at\" < LEAST\\([^)]*\\(\\)[^)]*\\)", "TRUE"),
            NothingRenewedDeleted.class),
        new Safeguard(
            "guards in a later statement than locks",
            Sabotage.of(Kind.GUARDS_BEFORE_LOCKS),
            NothingProtectedDeleted.class),
        new Safeguard(
            "one ledger row an event",
            Sabotage.of(Kind.LEDGER_WITHOUT_KEY),
            LedgerIsGroundTruth.class),
        new Safeguard(
            "deletion and account in one transaction",
            Sabotage.of(Kind.ACCOUNT_APART),
            LedgerIsGroundTruth.class),
        new Safeguard(
            "the account of another delivery read in a second statement",
            Sabotage.of(Kind.ONE_STATEMENT_READ),
            NothingImpossible.class),
        new Safeguard(
            "offsets past the contiguous prefix only",
            Sabotage.of(Kind.COMMIT_WHAT_WAS_POLLED),
            SettledBeforeCommitted.class),
        new Safeguard("the sweeper", Sabotage.of(Kind.NO_SWEEPER), EverythingComesToRest.class),
        new Safeguard(
            "deduplication in the stream",
            Sabotage.of(Kind.NO_DEDUPLICATION),
            MetricsAreTheLedger.class),
        new Safeguard("the floor of the ledger", Sabotage.of(Kind.NO_FLOOR), OneEndPerEvent.class),
        new Safeguard(
            "references looked for again",
            Sabotage.of(Kind.NO_REFERENCES),
            NothingNamedDeleted.class),
        new Safeguard(
            "conditional deletion",
            Sabotage.of(Kind.UNCONDITIONAL_DELETE),
            NothingReplacedDeleted.class),
        new Safeguard(
            "follow-ups named by their parents",
            Sabotage.of(Kind.NO_ENTITLEMENT),
            NothingYoungDeleted.class),
        new Safeguard(
            "attempts counted",
            Sabotage.of("i\\.attempt \\+ 1", "i.attempt"),
            LedgerIsGroundTruth.class),
        new Safeguard(
            "one event an intent", Sabotage.of("i\\.id = \\?", "TRUE"), LedgerIsGroundTruth.class),
        new Safeguard(
            "waiting for deletions under way",
            Sabotage.of(Kind.NO_WAIT_FOR_DELETIONS),
            LedgerIsGroundTruth.class),
        new Safeguard(
            "follow-ups of the run that their parents name",
            Sabotage.of(
                "AND f -> 'claim' ->> 'run' IS NOT DISTINCT FROM CAST\\(\\? AS text\\)", ""),
            ReportsAreTheLedger.class),
        new Safeguard(
            "one run of a policy at a time",
            Sabotage.of(Kind.RUNS_WITHOUT_KEY),
            OneRunPerSlot.class),
        new Safeguard(
            "positions behind what is acknowledged",
            Sabotage.of(Kind.NO_ACKNOWLEDGEMENT),
            PositionBehindTheLog.class),
        new Safeguard(
            "runs of their holders alone",
            Sabotage.of("WHERE id = \\? AND owner = \\?", "WHERE id = ?"),
            ReportsAreTheLedger.class),
        new Safeguard(
            "waiting for outcomes", Sabotage.of(Kind.NO_DRAIN), CompleteMeansSettled.class),
        new Safeguard(
            "waiting for follow-ups",
            Sabotage.of(Kind.NO_FOLLOW_UPS_AWAITED),
            CompleteMeansSettled.class));
  }

  @ParameterizedTest
  @MethodSource("safeguards")
  void breaksWhatItIsThereFor(Safeguard safeguard) {
    Optional<Long> seed = breaking(safeguard);
    assertThat(seed).as("a seed that breaks %s", safeguard.broken().getSimpleName()).isPresent();
    assertThat(Simulation.run(seed.orElseThrow()).violations().all()).isEmpty();
  }

  /** The low ones first, so that most safeguards cost a few seeds. */
  private static Optional<Long> breaking(Safeguard safeguard) {
    Optional<Long> found = Optional.empty();
    for (long first = 1; found.isEmpty() && first <= SEEDS_MAX; first += SEEDS_AT_ONCE) {
      found =
          LongStream.range(first, first + SEEDS_AT_ONCE)
              .boxed()
              .parallel()
              .filter(it -> breaks(it, safeguard))
              .findAny();
    }
    return found;
  }

  private static boolean breaks(long seed, Safeguard safeguard) {
    return Simulation.run(seed, safeguard.sabotage(), false)
        .violations()
        .of(safeguard.broken().getSimpleName());
  }
}

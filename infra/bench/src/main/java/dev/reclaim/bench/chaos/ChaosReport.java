package dev.reclaim.bench.chaos;

import dev.reclaim.bench.oracle.Sums;
import java.util.List;
import java.util.Map;

/**
 * What came of it.
 *
 * @param violations how often something did not hold that must
 * @param faults how many of each kind took effect
 * @param planted what had to go
 * @param deleted what went
 * @param ledger what the ledger says of it
 * @param metrics what the metrics say of it
 * @param restSecondsMax longest that a round took to come to rest
 * @param notes the violations, with their rounds
 */
public record ChaosReport(
    long seed,
    int rounds,
    double seconds,
    int violations,
    Map<Fault, Integer> faults,
    Sums planted,
    Sums deleted,
    Sums ledger,
    Sums metrics,
    double restSecondsMax,
    List<String> notes) {}

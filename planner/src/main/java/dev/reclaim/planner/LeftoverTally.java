package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.planner.DryRun.Moment;
import dev.reclaim.planner.Forecast.Due;
import dev.reclaim.planner.Forecast.LinkedFiles;
import dev.reclaim.planner.Forecast.Stays;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.store.LeftoverKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run of a policy about old versions or unfinished uploads would do. */
final class LeftoverTally implements Tally {
  private final LeftoverPolicy policy;
  private final Database state;
  private final Moment moment;
  private final Consumer<String> keys;
  private final List<Due> sample = new ArrayList<>();
  private long claimed;
  private long bytes;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  LeftoverTally(LeftoverPolicy policy, Database state, Moment moment, Consumer<String> keys) {
    this.policy = policy;
    this.state = state;
    this.moment = moment;
    this.keys = keys;
  }

  @Override
  public void add(Scan.Batch batch) {
    for (Claim claim : batch.claims()) {
      ((StoreLeftovers) claim).leftovers().forEach(this::add);
    }
  }

  private void add(ClaimedLeftover leftover) {
    claimed++;
    bytes += leftover.size() == null ? 0 : leftover.size();
    @Nullable Instant since = leftover.since();
    if (since != null) {
      oldest = oldest == null || since.isBefore(oldest) ? since : oldest;
      newest = newest == null || since.isAfter(newest) ? since : newest;
    }
    keys.accept(KeyLine.leftover(policy.name(), leftover));
    if (sample.size() < SAMPLE_MAX) {
      sample.add(
          new Due(
              Optional.empty(),
              Optional.of(leftover.path()),
              because(leftover, since == null ? moment.cutoff() : since)));
    }
  }

  private String because(ClaimedLeftover leftover, Instant since) {
    String ago =
        "%s, %s, longer ago than %s"
            .formatted(second(since), Age.between(since, moment.at()), Age.of(policy.olderThan()));
    return leftover.version() == null
        ? "upload %s of %d bytes, last gone on with %s"
            .formatted(leftover.upload(), leftover.size(), ago)
        : "version %s of %d bytes, replaced or set %s"
            .formatted(leftover.version(), leftover.size(), ago);
  }

  private static String second(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String statement() {
    return policy.kind() == LeftoverKind.OLD_VERSIONS
        ? "Each of these versions and delete markers of the store %s: deleted for good by its id, if it is not current then."
            .formatted(policy.store())
        : "Each of these uploads to the store %s: aborted, if no part has come then."
            .formatted(policy.store());
  }

  @Override
  public Forecast forecast(List<String> notes) {
    return new Forecast(
        policy.name(),
        false,
        moment.at(),
        moment.cutoff(),
        claimed,
        new Reclaimed(0, claimed, bytes),
        LinkedFiles.NONE,
        List.of(),
        Optional.ofNullable(oldest).map(LeftoverTally::second),
        Optional.ofNullable(newest).map(LeftoverTally::second),
        new Stays(0, List.of(), 0, 0, 0),
        sample,
        List.of(statement()),
        Pace.of(state, policy).estimate(claimed, 0, claimed),
        notes);
  }
}

package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.planner.DryRun.Moment;
import dev.reclaim.planner.Forecast.Due;
import dev.reclaim.planner.Forecast.LinkedFiles;
import dev.reclaim.planner.Forecast.Stays;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.store.LeftoverKind;
import java.time.Instant;
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
  private final Extent claimed = new Extent();

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
    @Nullable Instant since = leftover.since();
    claimed.add(leftover.size(), since);
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
            .formatted(
                Extent.second(since), Age.between(since, moment.at()), Age.of(policy.olderThan()));
    return leftover.version() == null
        ? "upload %s of %d bytes, last gone on with %s"
            .formatted(leftover.upload(), leftover.size(), ago)
        : "version %s of %d bytes, replaced or set %s"
            .formatted(leftover.version(), leftover.size(), ago);
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
        claimed.files(),
        claimed.reclaimed(),
        LinkedFiles.NONE,
        List.of(),
        claimed.oldest(),
        claimed.newest(),
        new Stays(0, List.of(), 0, 0, 0),
        sample,
        List.of(statement()),
        Pace.of(state, policy).estimate(claimed.files(), 0, claimed.files()),
        notes);
  }
}

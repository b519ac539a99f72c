package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.store.ObjectListing;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says what a run would do, by the same scans and checks as the run, and changes nothing: no
 * schema, no event, no note of what was counted.
 */
public final class DryRun {
  private final PolicyFile file;
  private final Scans scans;
  private final Databases databases;
  private final Map<String, RowTarget> targets;
  private final Map<String, ? extends ObjectListing> stores;

  /**
   * A dry run over one policy file.
   *
   * @param targets row policies held against their tables
   * @param stores open stores by name
   */
  public DryRun(
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores) {
    this.file = file;
    this.scans = new Scans(file, databases, targets, stores);
    this.databases = databases;
    this.targets = targets;
    this.stores = stores;
  }

  /**
   * The moment a run judges by.
   *
   * @param cutoff as the policy's retention allows it then
   */
  record Moment(Instant at, Instant cutoff) {}

  /**
   * Looks at everything the policy speaks of.
   *
   * @param at as of when; never later than the database's now
   * @param trust in references, one that writes nothing down
   * @param keys hears every key and path that would go, a JSON line each
   * @throws UserException when the run would stop, as the run would say it
   */
  public Forecast of(Policy policy, Optional<Instant> at, Trust trust, Consumer<String> keys) {
    Moment moment = moment(policy, at);
    Tally tally = tally(policy, moment, keys);
    try (Scan scan = scans.open(policy, "dry-run", moment.cutoff(), trust, OrphanGate.OPEN)) {
      boolean last = false;
      String position = Scan.START;
      while (!last) {
        Scan.Batch batch = scan.next(position);
        tally.add(batch);
        position = batch.position();
        last = batch.last();
      }
      Forecast forecast = tally.forecast(scan.notes());
      return hides(policy) ? forecast.hiding() : forecast;
    }
  }

  private boolean hides(Policy policy) {
    @Nullable ObjectListing store =
        policy instanceof FilePolicy files ? stores.get(files.store()) : null;
    return store != null && store.hidesDeleted();
  }

  private Moment moment(Policy policy, Optional<Instant> at) {
    String sql =
        "SELECT %s AS at, %s AS cutoff".formatted(Runs.AT, Scans.cutoffSql(policy, Runs.AT));
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(sql)
                    .bind("at", at.map(Instant::toString).orElse(null))
                    .map(
                        (row, context) ->
                            new Moment(
                                row.getTimestamp("at").toInstant(),
                                row.getTimestamp("cutoff").toInstant()))
                    .one());
  }

  private Tally tally(Policy policy, Moment moment, Consumer<String> keys) {
    if (policy instanceof FilePolicy files) {
      return new FileTally(file, files, databases.get(files.database()), moment, keys);
    }
    if (policy instanceof LeftoverPolicy leftovers) {
      return new LeftoverTally(leftovers, databases.get(leftovers.database()), moment, keys);
    }
    @Nullable RowTarget target = targets.get(policy.name());
    if (target == null) {
      throw new IllegalStateException("the policy " + policy.name() + " has no target");
    }
    LinkedFileTally linked =
        new LinkedFileTally(file, target, databases, stores, moment.cutoff(), keys);
    return new RowTally(databases.get(policy.database()), target, moment, linked, keys);
  }
}

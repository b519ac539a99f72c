package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.scan.FileScan;
import dev.reclaim.planner.scan.PartitionScan;
import dev.reclaim.planner.scan.QuarantineScan;
import dev.reclaim.planner.scan.ReferenceSources;
import dev.reclaim.planner.scan.Refusals;
import dev.reclaim.planner.scan.RowScan;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.store.ObjectListing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the scan that fits a policy. */
final class Scans {
  private final PolicyFile file;
  private final Databases databases;
  private final Map<String, RowTarget> targets;
  private final Map<String, ? extends ObjectListing> stores;

  /**
   * The scans of one policy file.
   *
   * @param targets row policies held against their tables
   * @param stores open stores by name
   */
  Scans(
      PolicyFile file,
      Databases databases,
      Map<String, RowTarget> targets,
      Map<String, ? extends ObjectListing> stores) {
    this.file = file;
    this.databases = databases;
    this.targets = targets;
    this.stores = stores;
  }

  /**
   * SQL of the cutoff that a policy allows at a moment: the moment itself where age does not
   * matter.
   *
   * @param at SQL of a {@code timestamptz}
   */
  static String cutoffSql(Policy policy, String at) {
    return policy.retention().map(retention -> retention.cutoffSql(at)).orElse(at);
  }

  /** What a run goes over: the quarantines of the policy's stores, and what it speaks of. */
  Scan withQuarantine(Policy policy, String run, Instant cutoff, Trust trust) {
    List<String> quarantines =
        quarantined(policy).filter(it -> file.store(it).state().equals(policy.database())).toList();
    return quarantines.isEmpty()
        ? open(policy, run, cutoff, trust)
        : new QuarantineScan(
            policy,
            run,
            databases.get(policy.database()),
            quarantines,
            () -> open(policy, run, cutoff, trust));
  }

  private static Stream<String> quarantined(Policy policy) {
    return policy instanceof FilePolicy files
        ? Stream.of(files.store())
        : ((RowPolicy) policy).files().stream().map(RowPolicy.LinkedFiles::store).distinct();
  }

  /** What a policy speaks of. */
  Scan open(Policy policy, String run, Instant cutoff, Trust trust) {
    if (policy instanceof FilePolicy files) {
      @Nullable ObjectListing store = stores.get(files.store());
      if (store == null) {
        throw new IllegalArgumentException("the store " + files.store() + " is not open");
      }
      ReferenceSources references = new ReferenceSources(file, files, databases);
      return new FileScan(files, store, () -> references.read(trust), run, cutoff);
    }
    @Nullable RowTarget target = targets.get(policy.name());
    if (target == null) {
      throw new IllegalArgumentException("the policy " + policy.name() + " has no target");
    }
    Database database = databases.get(policy.database());
    return new PartitionScan(
        database, target, run, cutoff, whole -> new RowScan(database, target, run, cutoff, whole));
  }

  /** Forgets what the next scan of the policy needs no more. */
  void settleUp(Policy policy) {
    @Nullable RowTarget target = targets.get(policy.name());
    if (target != null) {
      Refusals.forget(databases.get(policy.database()), target);
    }
  }
}

package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.scan.Dangling;
import dev.reclaim.planner.scan.DanglingScan;
import dev.reclaim.planner.scan.FileScan;
import dev.reclaim.planner.scan.LeftoverScan;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.PartitionScan;
import dev.reclaim.planner.scan.QuarantineScan;
import dev.reclaim.planner.scan.ReferenceSources;
import dev.reclaim.planner.scan.Refusals;
import dev.reclaim.planner.scan.RowScan;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Sightings;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.store.LeftoverListing;
import dev.reclaim.store.ObjectListing;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds the scan that fits a policy. */
final class Scans implements PolicyScans {
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

  @Override
  public Scan withQuarantine(
      Policy policy, String run, Instant cutoff, Trust trust, OrphanGate gate) {
    List<String> quarantines =
        quarantined(policy).filter(it -> file.store(it).state().equals(policy.database())).toList();
    return quarantines.isEmpty()
        ? open(policy, run, cutoff, trust, gate)
        : new QuarantineScan(
            policy,
            run,
            databases.get(policy.database()),
            quarantines,
            () -> open(policy, run, cutoff, trust, gate));
  }

  private static Stream<String> quarantined(Policy policy) {
    return policy instanceof FilePolicy files
        ? Stream.of(files.store())
        : policy instanceof RowPolicy rows
            ? rows.files().stream().map(RowPolicy.LinkedFiles::store).distinct()
            : Stream.of();
  }

  /**
   * Opens a scan of what a policy speaks of.
   *
   * @param gate what files have to pass besides
   */
  Scan open(Policy policy, String run, Instant cutoff, Trust trust, OrphanGate gate) {
    if (policy instanceof FilePolicy files) {
      @Nullable ObjectListing store = stores.get(files.store());
      if (store == null) {
        throw new IllegalArgumentException("the store " + files.store() + " is not open");
      }
      return files(files, store, run, cutoff, trust, gate);
    }
    if (policy instanceof LeftoverPolicy leftovers) {
      return new LeftoverScan(leftovers, listing(leftovers), run, cutoff);
    }
    @Nullable RowTarget target = targets.get(policy.name());
    if (target == null) {
      throw new IllegalArgumentException("the policy " + policy.name() + " has no target");
    }
    Database database = databases.get(policy.database());
    if (target.policy().expiry().dangling()) {
      return new DanglingScan(
          new RowScan(database, target, run, cutoff),
          database,
          target,
          new NamedFiles(file, target),
          stores,
          trust);
    }
    return new PartitionScan(
        database, target, run, cutoff, whole -> new RowScan(database, target, run, cutoff, whole));
  }

  private Scan files(
      FilePolicy policy,
      ObjectListing store,
      String run,
      Instant cutoff,
      Trust trust,
      OrphanGate gate) {
    ReferenceSources references = new ReferenceSources(file, policy, databases, stores);
    OrphanGate sightings =
        Sightings.of(databases.get(policy.database()), policy, run, trust).then(gate);
    if (trust.isRecorded() || policy.references().isEmpty()) {
      return new FileScan(policy, store, () -> references.read(trust), run, cutoff, sightings);
    }
    Dangling dangling = new Dangling(store, policy, file.store(policy.store()).referenceParser());
    return new FileScan(
        policy,
        dangling,
        () -> references.read(trust, Optional.of(dangling)),
        run,
        cutoff,
        sightings.then(dangling));
  }

  private LeftoverListing listing(LeftoverPolicy policy) {
    return Optional.ofNullable(stores.get(policy.store()))
        .flatMap(store -> store.leftovers(policy.kind()))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the store %s has no leftovers".formatted(policy.store())));
  }

  @Override
  public void settleUp(Policy policy) {
    @Nullable RowTarget target = targets.get(policy.name());
    if (target != null) {
      Refusals.forget(databases.get(policy.database()), target);
    }
  }
}

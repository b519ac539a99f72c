package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.scan.RowPreview;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.store.ObjectListing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Says what a run would claim, by the same scans as the run, and changes nothing: no schema, no
 * event, no note of what was counted.
 */
public final class DryRun {
  private static final int SAMPLE_MAX = 10;

  private final Scans scans;
  private final Databases databases;
  private final Map<String, RowTarget> targets;

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
    this.scans = new Scans(file, databases, targets, stores);
    this.databases = databases;
    this.targets = targets;
  }

  /**
   * What a policy would let go now.
   *
   * @param claimed rows or files that would be claimed
   * @param guarded rows past their retention, or old files, that something refers to
   * @param undated rows that would stay because their date says nothing
   * @param marks whether the rows would be marked and not deleted
   * @param reclaimed what would be given back; children included, the files that go with rows not
   * @param linkedFiles references to files that would go with the rows, where no other row names
   *     them
   * @param sample the first keys or paths
   */
  public record Forecast(
      String policy,
      Instant cutoff,
      long claimed,
      long guarded,
      long undated,
      boolean marks,
      Reclaimed reclaimed,
      long linkedFiles,
      List<String> sample) {}

  /**
   * Looks at everything the policy speaks of.
   *
   * @param at as of when; never later than the database's now
   * @param keys hears every key and path, a JSON line each
   */
  public Forecast of(Policy policy, Optional<Instant> at, Consumer<String> keys) {
    Instant cutoff = cutoff(policy, at);
    Sum sum = new Sum(policy, cutoff);
    try (Scan scan = scans.open(policy, "dry-run", cutoff, Trust.UNRECORDED)) {
      Scan.Batch batch = scan.next(Scan.START);
      sum.add(batch, keys);
      while (!batch.last()) {
        batch = scan.next(batch.position());
        sum.add(batch, keys);
      }
    }
    return sum.forecast();
  }

  private Instant cutoff(Policy policy, Optional<Instant> at) {
    return databases
        .get(policy.database())
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT " + Scans.cutoffSql(policy, Runs.AT))
                    .bind("at", at.map(Instant::toString).orElse(null))
                    .mapTo(Instant.class)
                    .one());
  }

  private final class Sum {
    private final Policy policy;
    private final Instant cutoff;
    private final List<String> sample = new ArrayList<>();
    private long claimed;
    private long guarded;
    private long undated;
    private Reclaimed reclaimed = Reclaimed.NOTHING;
    private long linkedFiles;

    Sum(Policy policy, Instant cutoff) {
      this.policy = policy;
      this.cutoff = cutoff;
    }

    void add(Scan.Batch batch, Consumer<String> keys) {
      guarded += batch.guarded();
      undated += batch.undated();
      for (Claim claim : batch.claims()) {
        if (claim instanceof ExpiredRecords rows) {
          addRows(rows, keys);
        } else {
          addFiles((OrphanedFiles) claim, keys);
        }
      }
    }

    private void addRows(ExpiredRecords rows, Consumer<String> keys) {
      RowTarget target = targets.get(policy.name());
      if (target == null) {
        throw new IllegalStateException("the policy " + policy.name() + " has no target");
      }
      RowPreview.Size size = RowPreview.of(databases.get(policy.database()), target, rows.keys());
      claimed += rows.keys().size();
      linkedFiles += size.linkedFiles();
      reclaimed = reclaimed.plus(new Reclaimed(size.rows(), 0, size.bytes()));
      rows.keys()
          .forEach(key -> heard(KeyLine.row(policy.name(), key), String.join(", ", key), keys));
    }

    private void addFiles(OrphanedFiles files, Consumer<String> keys) {
      for (ClaimedFile file : files.files()) {
        claimed++;
        reclaimed = reclaimed.plus(new Reclaimed(0, 1, file.size() == null ? 0 : file.size()));
        heard(KeyLine.file(policy.name(), file.path()), file.path(), keys);
      }
    }

    private void heard(String line, String shown, Consumer<String> keys) {
      keys.accept(line);
      if (sample.size() < SAMPLE_MAX) {
        sample.add(shown);
      }
    }

    Forecast forecast() {
      boolean marks = policy instanceof RowPolicy rows && rows.marks();
      return new Forecast(
          policy.name(), cutoff, claimed, guarded, undated, marks, reclaimed, linkedFiles, sample);
    }
  }
}

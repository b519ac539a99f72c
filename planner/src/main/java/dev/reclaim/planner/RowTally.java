package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.DryRun.Moment;
import dev.reclaim.planner.Forecast.Due;
import dev.reclaim.planner.Forecast.LinkedFiles;
import dev.reclaim.planner.Forecast.Partition;
import dev.reclaim.planner.Forecast.Stays;
import dev.reclaim.planner.scan.RowPreview;
import dev.reclaim.planner.scan.RowSurvey;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.Expiry;
import dev.reclaim.policy.RowPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a run of a policy about rows would do. */
final class RowTally implements Tally {
  private final Database database;
  private final RowTarget target;
  private final Moment moment;
  private final LinkedFileTally linked;
  private final Consumer<String> keys;
  private final RowPreview preview;
  private final PartitionTally partitions;
  private final List<List<String>> sample = new ArrayList<>();
  private long claimed;
  private long guarded;
  private long refused;
  private Reclaimed reclaimed = Reclaimed.NOTHING;
  private Optional<String> oldest = Optional.empty();
  private Optional<String> newest = Optional.empty();

  RowTally(
      Database database,
      RowTarget target,
      Moment moment,
      LinkedFileTally linked,
      Consumer<String> keys) {
    this.database = database;
    this.target = target;
    this.moment = moment;
    this.linked = linked;
    this.keys = keys;
    this.preview = new RowPreview(database, target);
    this.partitions = new PartitionTally(database, target, keys);
  }

  @Override
  public void add(Scan.Batch batch) {
    guarded += batch.guarded();
    refused += batch.refused();
    for (Claim claim : batch.claims()) {
      if (claim instanceof ExpiredPartition partition) {
        add(partitions.add(partition));
      } else {
        add(((ExpiredRecords) claim).keys());
      }
    }
  }

  private void add(Partition partition) {
    claimed += partition.rows();
    reclaimed = reclaimed.plus(new Reclaimed(partition.rows(), 0, partition.bytes()));
    preview
        .span(partition.partition())
        .ifPresent(
            span -> {
              oldest = earlier(oldest, span.oldest());
              newest = later(newest, span.newest());
            });
  }

  private static Optional<String> earlier(Optional<String> one, String other) {
    return Optional.of(one.filter(it -> it.compareTo(other) < 0).orElse(other));
  }

  private static Optional<String> later(Optional<String> one, String other) {
    return Optional.of(one.filter(it -> it.compareTo(other) > 0).orElse(other));
  }

  private void add(List<List<String>> rows) {
    RowPreview.Size size = preview.size(rows);
    claimed += rows.size();
    reclaimed = reclaimed.plus(new Reclaimed(size.rows(), 0, size.bytes()));
    size.oldest().ifPresent(it -> oldest = earlier(oldest, it));
    size.newest().ifPresent(it -> newest = later(newest, it));
    rows.forEach(key -> keys.accept(KeyLine.row(policy().name(), key)));
    sample.addAll(rows.subList(0, Math.min(rows.size(), SAMPLE_MAX - sample.size())));
    preview.links(rows).forEach(linked::add);
  }

  @Override
  public Forecast forecast(List<String> notes) {
    LinkedFiles files = linked.sum();
    RowSurvey.Stays stays = RowSurvey.of(database, target, moment.cutoff());
    return new Forecast(
        policy().name(),
        policy().marks(),
        moment.at(),
        moment.cutoff(),
        claimed,
        reclaimed.plus(new Reclaimed(0, files.files(), files.bytes())),
        files,
        List.copyOf(partitions.partitions()),
        oldest,
        newest,
        new Stays(guarded, stays.guarded(), stays.kept(), stays.undated(), refused),
        sample.isEmpty()
            ? List.of()
            : preview.due(sample).stream()
                .map(row -> new Due(Optional.of(row.key()), Optional.empty(), because(row)))
                .toList(),
        statements(),
        Pace.of(database, policy()).estimate(claimed, claimed - partitions.rows(), files.files()),
        notes);
  }

  /** Partitions that go whole come first and leave the rest to the rows. */
  private List<String> statements() {
    List<String> statements =
        new ArrayList<>(PlannedStatements.ofPartitions(target, partitions.partitions()));
    statements.addAll(PlannedStatements.of(target, moment.cutoff()));
    return statements;
  }

  private String because(RowPreview.Due row) {
    Expiry expiry = policy().expiry();
    List<String> reasons = new ArrayList<>();
    expiry
        .age()
        .ifPresent(
            age ->
                reasons.add(
                    "%s %s, %s, retention %s"
                        .formatted(
                            age.by(),
                            row.since().orElse("unknown"),
                            Age.between(row.since(), moment.at()),
                            Age.of(age.after()))));
    expiry.when().ifPresent(when -> reasons.add("matches expire.when"));
    expiry
        .orphaned()
        .ifPresent(
            orphaned ->
                reasons.add(
                    "its parent %s %s is gone"
                        .formatted(orphaned.parent(), row.parent().orElse("?"))));
    if (expiry.dangling()) {
      reasons.add("none of the files that it names is there");
    }
    return String.join("; ", reasons);
  }

  private RowPolicy policy() {
    return target.policy();
  }
}

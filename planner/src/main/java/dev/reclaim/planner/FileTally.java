package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.DryRun.Moment;
import dev.reclaim.planner.Forecast.Due;
import dev.reclaim.planner.Forecast.LinkedFiles;
import dev.reclaim.planner.Forecast.Stays;
import dev.reclaim.planner.scan.RowSurvey.KeptBy;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a run of a policy about files would do. */
final class FileTally implements Tally {
  private final FilePolicy policy;
  private final Database state;
  private final Moment moment;
  private final Consumer<String> keys;
  private final String references;
  private final List<Due> sample = new ArrayList<>();
  private final Extent claimed = new Extent();
  private long guarded;

  FileTally(
      PolicyFile file, FilePolicy policy, Database state, Moment moment, Consumer<String> keys) {
    this.policy = policy;
    this.state = state;
    this.moment = moment;
    this.keys = keys;
    this.references = policy.judgesByAgeAlone() ? "" : sources(file, policy.store());
  }

  private static String sources(PolicyFile file, String store) {
    String columns =
        file.references(store).stream().map(Reference::toString).collect(Collectors.joining(", "));
    return Stream.concat(
            columns.isEmpty() ? Stream.empty() : Stream.of("row of " + columns),
            file.storeReferences(store).stream().map(it -> "file in " + it))
        .collect(Collectors.joining(" or "));
  }

  @Override
  public void add(Scan.Batch batch) {
    guarded += batch.guarded();
    for (Claim claim : batch.claims()) {
      ((OrphanedFiles) claim).files().forEach(this::add);
    }
  }

  private void add(ClaimedFile file) {
    claimed.add(file.size(), file.modified());
    keys.accept(KeyLine.file(policy.name(), file.path()));
    if (sample.size() < SAMPLE_MAX) {
      sample.add(new Due(Optional.empty(), Optional.of(file.path()), because(file)));
    }
  }

  private String because(ClaimedFile file) {
    @Nullable Instant modified = file.modified();
    String size = file.size() == null ? "" : String.format(Locale.ROOT, "%,d bytes, ", file.size());
    String age =
        modified == null
            ? "older than " + Age.of(policy.olderThan())
            : "modified %s, %s, older than %s"
                .formatted(
                    Extent.second(modified),
                    Age.between(modified, moment.at()),
                    Age.of(policy.olderThan()));
    return size + age + (references.isEmpty() ? "" : "; no " + references + " names it");
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
        new Stays(
            guarded,
            references.isEmpty() ? List.of() : List.of(new KeptBy("a " + references, guarded)),
            0,
            0,
            0),
        sample,
        List.of(PlannedStatements.ofFiles(policy.store(), references)),
        Pace.of(state, policy).estimate(claimed.files(), 0, claimed.files()),
        notes);
  }
}

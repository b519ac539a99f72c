package dev.reclaim.check;

import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.policy.Subject;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.LeftoverKind;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.S3Settings;
import dev.reclaim.store.S3Settings.Deletes;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.store.Versioning;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a live store can do what the policy file asks of it: keep versions, hide files, wait for
 * uploads.
 */
public final class StoreFit {
  private final PolicyFile file;
  private final StoreDefinition definition;
  private final Versioning versioning;
  private final List<Problem> problems = new ArrayList<>();

  private StoreFit(PolicyFile file, StoreDefinition definition, Versioning versioning) {
    this.file = file;
    this.definition = definition;
    this.versioning = versioning;
  }

  /**
   * Refuses to start with stores that do not fit.
   *
   * @throws UserException with every error, a line each
   */
  public static void require(PolicyFile file, Collection<ObjectStore> stores) {
    String errors =
        stores.stream()
            .flatMap(store -> problems(file, store).stream())
            .filter(Problem::isError)
            .sorted(Problem.BY_PLACE)
            .map(Problem::line)
            .collect(Collectors.joining(System.lineSeparator()));
    if (!errors.isEmpty()) {
      throw new UserException(Kind.USAGE, errors);
    }
  }

  /** What does not fit; nothing where the store gives no answer, which is another problem. */
  static List<Problem> problems(PolicyFile file, ObjectStore store) {
    try {
      StoreFit fit = new StoreFit(file, file.store(store.name()), store.versioning());
      fit.checkDeletions();
      file.policies().stream().filter(fit::deletesFiles).forEach(fit::checkQuarantine);
      file.leftoverPolicies(store.name()).forEach(policy -> fit.check(policy, store));
      return fit.problems;
    } catch (StoreUnavailableException e) {
      return List.of();
    }
  }

  private void checkDeletions() {
    Subject subject = new Subject(Subject.Kind.STORE, definition.name());
    Report report = Report.below(subject, file.whole(), "stores." + definition.name());
    @Nullable Deletes deletes =
        definition.settings() instanceof S3Settings bucket ? bucket.deletes() : null;
    if (deletes != null && versioning == Versioning.NONE) {
      report.error(
          "s3.deletes",
          "the bucket keeps no versions, and files go from it for good",
          "leave \"deletes\" out, or switch the bucket's versioning on");
    } else if (file.policies().stream().anyMatch(this::deletesFiles)) {
      checkMarkers(deletes, report);
    }
    problems.addAll(report.problems());
  }

  private void checkMarkers(@Nullable Deletes deletes, Report report) {
    if (versioning == Versioning.SUSPENDED && deletes != Deletes.VERSIONS) {
      report.error(
          "s3",
          "the bucket's versioning is suspended, so that a delete marker hides some files and is the end of others",
          "say \"deletes: versions\" to delete all of them for good, or switch the versioning on");
    } else if (versioning == Versioning.ENABLED
        && deletes != Deletes.VERSIONS
        && file.leftoverPolicies(definition.name()).stream()
            .noneMatch(policy -> policy.kind() == LeftoverKind.OLD_VERSIONS)) {
      report.note(
          "s3",
          "the bucket keeps versions: deleted files are hidden, and no bytes are free until the versions go",
          "add a policy with \"old-versions\", or say \"deletes: versions\"");
    }
  }

  /** A move out of sight would leave every file behind, as an old version of its path. */
  private void checkQuarantine(Policy policy) {
    boolean keeps = versioning == Versioning.ENABLED || versioning == Versioning.SUSPENDED;
    if (policy.quarantine().isPresent() && keeps) {
      Report report = Report.of(policy.name(), file.places(policy));
      report.error(
          "quarantine",
          "the bucket of the store %s keeps versions, and a file that is moved stays behind as one"
              .formatted(definition.name()),
          "leave \"quarantine\" out: a version can be brought back while it is kept");
      problems.addAll(report.problems());
    }
  }

  private boolean deletesFiles(Policy policy) {
    return policy instanceof FilePolicy files
        ? files.store().equals(definition.name())
        : policy instanceof RowPolicy rows
            && rows.files().stream().anyMatch(it -> it.store().equals(definition.name()));
  }

  private void check(LeftoverPolicy policy, ObjectStore store) {
    Report report = Report.of(policy.name(), file.places(policy));
    if (store.leftovers(policy.kind()).isEmpty()) {
      report.error(
          policy.key(),
          "the store %s is a directory, which keeps neither versions nor uploads"
              .formatted(store.name()),
          "name a store with a bucket");
    } else if (policy.kind() == LeftoverKind.OLD_VERSIONS && versioning == Versioning.NONE) {
      report.error(
          policy.key(),
          "the bucket of the store %s keeps no versions".formatted(store.name()),
          "remove the policy, or switch the bucket's versioning on");
    } else if (policy.kind() == LeftoverKind.OLD_VERSIONS && versioning == Versioning.UNKNOWN) {
      report.warning(
          policy.key(),
          "the bucket of the store %s does not say whether it keeps versions"
              .formatted(store.name()),
          "grant s3:GetBucketVersioning on it");
    }
    problems.addAll(report.problems());
  }
}

package dev.reclaim.cli;

import dev.reclaim.check.BucketRights;
import dev.reclaim.check.Examination;
import dev.reclaim.check.Examination.DatabaseRights;
import dev.reclaim.check.Examination.Purpose;
import dev.reclaim.database.Databases;
import dev.reclaim.database.UnusableDatabaseException;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyReading;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Problem.Severity;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.policy.Subject;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * All that is to be said of a policy file, and what its databases' roles need.
 *
 * @param problems by their place in the file
 * @param buckets what accounts need in buckets that have a quarantine
 */
record Validation(List<Problem> problems, List<DatabaseRights> rights, List<BucketRights> buckets) {
  private static final int CONNECTIONS_MAX = 2;

  /**
   * A problem for machines.
   *
   * @param policy null where the problem is of no policy, or of one without a name
   * @param mend empty where the problem says it itself
   */
  record Line(
      String file,
      int line,
      int column,
      @Nullable String policy,
      String severity,
      String problem,
      String mend) {}

  /** Looks at whatever of the file could be read. */
  static Validation of(PolicyReading reading) {
    List<Problem> problems = new ArrayList<>(reading.problems());
    List<DatabaseRights> rights = new ArrayList<>();
    reading.readable().ifPresent(file -> look(file, problems, rights));
    problems.sort(Problem.BY_PLACE);
    return new Validation(
        List.copyOf(problems),
        List.copyOf(rights),
        reading.readable().map(BucketRights::of).orElse(List.of()));
  }

  private static void look(PolicyFile file, List<Problem> problems, List<DatabaseRights> rights) {
    try (Databases databases =
        Databases.reach(
            file,
            CONNECTIONS_MAX,
            ProcessName.of("reclaim-validate"),
            unusable -> problems.add(problem(file, unusable)))) {
      Examination examination = Examination.of(file, databases, Purpose.DELETE);
      List<ObjectStore> stores = new ArrayList<>();
      try {
        for (StoreDefinition store : file.stores().values()) {
          stores.add(ObjectStores.open(store.name(), store.settings()));
        }
        examination.add(stores);
      } finally {
        stores.forEach(ObjectStore::close);
      }
      problems.addAll(examination.problems());
      rights.addAll(examination.rights());
    }
  }

  private static Problem problem(PolicyFile file, UnusableDatabaseException unusable) {
    return new Problem(
        file.whole().at("databases." + unusable.database()),
        new Subject(Subject.Kind.DATABASE, unusable.database()),
        Severity.ERROR,
        unusable.what(),
        unusable.mend());
  }

  boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }

  List<Line> lines() {
    return problems.stream().map(Validation::line).toList();
  }

  private static Line line(Problem problem) {
    return new Line(
        problem.place().file(),
        problem.place().line(),
        problem.place().column(),
        problem.subject().policy().orElse(null),
        problem.severity().name().toLowerCase(Locale.ROOT),
        problem.statement(),
        problem.mend());
  }

  void print(String file, PrintStream out) {
    problems.forEach(problem -> out.println(problem.line()));
    out.println(summary(file));
    for (DatabaseRights each : rights) {
      out.printf(
          "%nThe role %s needs in the database %s, and no more:%n", each.role(), each.database());
      each.statements().forEach(statement -> out.println("  " + statement + ";"));
    }
    for (BucketRights each : buckets) {
      out.printf(
          "%nThe store %s needs in the bucket %s, for its quarantine:%n",
          each.store(), each.bucket());
      each.actions().forEach(action -> out.println("  " + action));
    }
  }

  private String summary(String file) {
    if (problems.isEmpty()) {
      return file + " is sound.";
    }
    return "%s: %s, %s, %s. %s"
        .formatted(
            file,
            number(Severity.ERROR, "error"),
            number(Severity.WARNING, "warning"),
            number(Severity.NOTE, "note"),
            hasErrors() ? "Nothing would start with it." : "It is sound.");
  }

  private String number(Severity severity, String word) {
    long number = problems.stream().filter(problem -> problem.severity() == severity).count();
    return "%d %s%s".formatted(number, word, number == 1 ? "" : "s");
  }
}

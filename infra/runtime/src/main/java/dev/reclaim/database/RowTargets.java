package dev.reclaim.database;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Problem.Severity;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Subject;
import dev.reclaim.policy.UnclearReferenceException;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The row policies of a file held against their live tables. Whether all that a policy says is
 * sound is for others to check; what cannot be resolved at all is said here, all at once.
 */
public final class RowTargets {
  private RowTargets() {}

  /**
   * Resolves every row policy of the file.
   *
   * @return targets by policy name
   * @throws UserException naming each policy that does not fit its table, and the mend
   */
  public static Map<String, RowTarget> resolve(PolicyFile file, Databases databases) {
    Map<String, RowTarget> targets = new LinkedHashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (RowPolicy policy : file.rowPolicies()) {
      try {
        targets.put(
            policy.name(),
            databases
                .get(policy.database())
                .jdbi()
                .withHandle(handle -> resolve(policy, new LiveTypes(handle))));
      } catch (Misfit misfit) {
        problems.add(
            new Problem(
                file.places(policy).at(misfit.part()),
                new Subject(Subject.Kind.POLICY, policy.name()),
                Severity.ERROR,
                misfit.what(),
                misfit.mend()));
      }
    }
    if (!problems.isEmpty()) {
      throw new UserException(
          Kind.USAGE,
          problems.stream().map(Problem::line).collect(Collectors.joining(System.lineSeparator())));
    }
    return Map.copyOf(targets);
  }

  /**
   * Resolves one policy.
   *
   * @throws Misfit when it cannot be
   */
  public static RowTarget resolve(RowPolicy policy, LiveTypes tables) {
    TableShape shape = tables.require("table", policy.table());
    if (!shape.holdsRows()) {
      throw new Misfit(
          "table",
          "%s is %s"
              .formatted(
                  shape.table(),
                  shape.kind() == TableShape.Kind.FOREIGN
                      ? "a table of another server"
                      : "no table but a view"),
          "name the table that holds the rows");
    }
    if (shape.primaryKey().isEmpty()) {
      throw new Misfit(
          "table",
          "the table "
              + policy.table()
              + " has no primary key, nor a unique index over columns that are NOT NULL",
          "add one");
    }
    try {
      return new RowTarget(
          policy, shape, new RowPredicate(policy, tables), ChildPaths.of(policy, shape, tables));
    } catch (UnclearReferenceException e) {
      throw new Misfit(e.part(), e.what(), e.mend());
    }
  }
}

package dev.reclaim.check;

import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Condition.OneOf;
import dev.reclaim.policy.Protection;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Keeping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds pairs of row policies of which one takes what the other keeps. */
final class RowContradictions {
  private final Map<String, ExaminedRows> examined;
  private final Map<String, Report> reports;

  /**
   * Contradictions between these.
   *
   * @param examined by the policy's name, likewise the reports
   */
  RowContradictions(Map<String, ExaminedRows> examined, Map<String, Report> reports) {
    this.examined = examined;
    this.reports = reports;
  }

  void find() {
    for (ExaminedRows one : examined.values()) {
      for (ExaminedRows other : examined.values()) {
        if (one.policy().equals(other.policy())) {
          continue;
        }
        RowPolicy taker = one.policy();
        RowPolicy keeper = other.policy();
        if (taker.table().equals(keeper.table())) {
          if (!taker.marks()) {
            taken(taker, keeper);
            marked(taker, keeper);
          }
        } else {
          takenAlong(one, keeper);
        }
      }
    }
  }

  /** What {@code keeper} keeps and {@code taker} deletes. */
  private void taken(RowPolicy taker, RowPolicy keeper) {
    if (!Overlap.possible(taker.where(), keeper.where())) {
      return;
    }
    kept(taker, keeper)
        .ifPresent(
            part ->
                report(taker)
                    .error(
                        "table",
                        "it deletes rows that policy \"%s\" keeps by \"%s\" (%s)"
                            .formatted(keeper.name(), key(part), place(keeper, part)),
                        "say the same there and here, or set the two apart by values of one column under \"where\""));
  }

  private Optional<String> kept(RowPolicy taker, RowPolicy keeper) {
    Keeping keeping = keeper.keeping();
    List<String> parts = ConditionParts.of(report(keeper).places(), "keep", keeping.conditions());
    for (int i = 0; i < parts.size(); i++) {
      Condition condition = keeping.conditions().get(i);
      if (!covers(taker.keep(), condition)
          && Overlap.possible(with(taker.where(), keeper.where()), List.of(condition))) {
        return Optional.of(parts.get(i));
      }
    }
    List<Protection> protections = keeping.protections();
    for (int i = 0; i < protections.size(); i++) {
      if (!taker.protections().contains(protections.get(i))) {
        return Optional.of("protect[%d]".formatted(i));
      }
    }
    return keeping.newest().isPresent() && !taker.keeping().newest().equals(keeping.newest())
        ? Optional.of("keep-newest")
        : Optional.empty();
  }

  private static List<Condition> with(List<Condition> some, List<Condition> others) {
    List<Condition> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  /** Whether whatever the condition keeps is kept by these, too. */
  private static boolean covers(List<Condition> keeps, Condition condition) {
    return keeps.contains(condition)
        || (condition instanceof OneOf wanted
            && keeps.stream()
                .anyMatch(
                    keep ->
                        keep instanceof OneOf values
                            && values.column().equals(wanted.column())
                            && values.values().containsAll(wanted.values())));
  }

  /** Rows that one marks and the other deletes, unless it deletes what has been marked. */
  private void marked(RowPolicy taker, RowPolicy marker) {
    if (marker.marks()
        && Overlap.possible(taker.where(), marker.where())
        && taker.where().stream().noneMatch(condition -> isMark(condition, marker))) {
      report(taker)
          .warning(
              "table",
              "it deletes rows that policy \"%s\" marks (%s): which comes first is chance"
                  .formatted(marker.name(), place(marker, "action")),
              "delete only what is marked, by \"where\", or set the two apart");
    }
  }

  private static boolean isMark(Condition condition, RowPolicy marker) {
    return condition instanceof OneOf values
        && marker.set().containsKey(values.column())
        && values.values().equals(List.of(String.valueOf(marker.set().get(values.column()))));
  }

  private void takenAlong(ExaminedRows taker, RowPolicy keeper) {
    boolean along =
        taker.children().stream().anyMatch(child -> child.child().table().equals(keeper.table()));
    if (!along || keeper.keeping().equals(Keeping.NOTHING)) {
      return;
    }
    String part =
        !keeper.keep().isEmpty()
            ? "keep"
            : !keeper.protections().isEmpty() ? "protect" : "keep-newest";
    report(taker.policy())
        .error(
            taker.partOf(
                taker.children().stream()
                    .map(path -> path.child())
                    .filter(child -> child.table().equals(keeper.table()))
                    .findFirst()
                    .orElseThrow()),
            "rows of %s go with its own, also those that policy \"%s\" keeps by \"%s\" (%s)"
                .formatted(keeper.table(), keeper.name(), part, place(keeper, part)),
            "protect this policy's rows by those that are kept, or remove \"%s\" there"
                .formatted(part));
  }

  private static String key(String part) {
    return part.replaceAll("[.\\[].*", "");
  }

  private String place(RowPolicy policy, String part) {
    return report(policy).at(part).toString();
  }

  private Report report(RowPolicy policy) {
    return Optional.ofNullable(reports.get(policy.name())).orElseThrow();
  }
}

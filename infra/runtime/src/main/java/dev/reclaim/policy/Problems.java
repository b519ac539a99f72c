package dev.reclaim.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Mistakes of one policy file, as they are found. Reading goes on after each, with a value that
 * stands in for the one that could not be read and never leaves the reader.
 */
final class Problems {
  private record Found(Position position, String where, String message) {}

  private final List<Found> found;
  private final String where;

  private Problems(List<Found> found, String where) {
    this.found = found;
    this.where = where;
  }

  /** None yet. */
  static Problems none() {
    return new Problems(new ArrayList<>(), "");
  }

  /** The same collection, for what is found within {@code where}. */
  Problems in(String where) {
    return new Problems(found, where);
  }

  /** A place for the problems of something that is missing as a whole: that is said once. */
  static Problems unheard() {
    return none();
  }

  void add(PolicyProblem problem) {
    found.add(new Found(problem.position(), where, String.valueOf(problem.getMessage())));
  }

  /** What {@code reading} gives, or {@code standIn} after noting why it gave nothing. */
  <T> T attempt(T standIn, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (PolicyProblem problem) {
      add(problem);
      return standIn;
    }
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  int size() {
    return found.size();
  }

  /** A line each, in the file's order: {@code name:line:column: where: what, and the mend}. */
  List<String> lines(String name) {
    return found.stream()
        .sorted(Comparator.comparing(Found::position))
        .map(each -> name + ":" + each.position() + ": " + each.where() + each.message())
        .distinct()
        .toList();
  }
}

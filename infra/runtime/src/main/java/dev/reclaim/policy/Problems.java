package dev.reclaim.policy;

import dev.reclaim.policy.Problem.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Mistakes of one policy file, as they are found. Reading goes on after each, with a value that
 * stands in for the one that could not be read and never leaves the reader.
 */
final class Problems {
  private record Found(Position position, Subject subject, String message) {}

  private final List<Found> found;
  private final Subject subject;

  private Problems(List<Found> found, Subject subject) {
    this.found = found;
    this.subject = subject;
  }

  /** None yet. */
  static Problems none() {
    return new Problems(new ArrayList<>(), Subject.FILE);
  }

  /** The same collection, for what is found of a subject. */
  Problems in(Subject part) {
    return new Problems(found, part);
  }

  /** A place for the problems of something that is missing as a whole: that is said once. */
  static Problems unheard() {
    return none();
  }

  void add(PolicyProblem problem) {
    found.add(new Found(problem.position(), subject, String.valueOf(problem.getMessage())));
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

  int size() {
    return found.size();
  }

  /** All of them, in the file's order. */
  List<Problem> of(String file) {
    return found.stream()
        .map(
            each ->
                new Problem(
                    Place.of(file, each.position()),
                    each.subject(),
                    Severity.ERROR,
                    each.message(),
                    ""))
        .sorted(Problem.BY_PLACE)
        .distinct()
        .toList();
  }
}

package dev.reclaim.check;

import dev.reclaim.policy.Place;
import dev.reclaim.policy.Places;
import dev.reclaim.policy.Problem;
import dev.reclaim.policy.Problem.Severity;
import dev.reclaim.policy.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The problems of one policy, database or store, as they are found. */
final class Report {
  private final Subject subject;
  private final Places places;
  private final UnaryOperator<String> path;
  private final List<Problem> problems = new ArrayList<>();

  private Report(Subject subject, Places places, UnaryOperator<String> path) {
    this.subject = subject;
    this.places = places;
    this.path = path;
  }

  /** Of a policy; parts are named within it, like {@code expire.by}. */
  static Report of(String policy, Places places) {
    return new Report(new Subject(Subject.Kind.POLICY, policy), places, part -> part);
  }

  /** Of something whose parts stand below a path of the whole file. */
  static Report below(Subject subject, Places whole, String root) {
    return new Report(subject, whole, part -> part.isEmpty() ? root : root + "." + part);
  }

  void error(String part, String what, String mend) {
    add(Severity.ERROR, part, what, mend);
  }

  void warning(String part, String what, String mend) {
    add(Severity.WARNING, part, what, mend);
  }

  void note(String part, String what, String mend) {
    add(Severity.NOTE, part, what, mend);
  }

  private void add(Severity severity, String part, String what, String mend) {
    problems.add(new Problem(at(part), subject, severity, what, mend));
  }

  Place at(String part) {
    return places.at(path.apply(part));
  }

  Places places() {
    return places;
  }

  boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }
}

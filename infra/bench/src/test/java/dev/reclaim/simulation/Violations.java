package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;

/** What was violated under one seed. */
final class Violations {
  private final List<Violation> all = new ArrayList<>();
  private final Story story;

  Violations(Story story) {
    this.story = story;
  }

  /** One of them. */
  record Violation(String invariant, String what) {
    @Override
    public String toString() {
      return invariant + ": " + what;
    }
  }

  void add(String invariant, String what) {
    Violation violation = new Violation(invariant, what);
    story.tell("VIOLATED %s", violation);
    all.add(violation);
  }

  List<Violation> all() {
    return List.copyOf(all);
  }

  boolean of(String invariant) {
    return all.stream().anyMatch(it -> it.invariant().equals(invariant));
  }
}

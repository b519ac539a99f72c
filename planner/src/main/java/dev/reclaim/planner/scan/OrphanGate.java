package dev.reclaim.planner.scan;

import dev.reclaim.events.ClaimedFile;
import java.util.List;
import java.util.stream.Stream;

/** What a file that nothing names has to pass before it is claimed. Asked once for each. */
public interface OrphanGate {
  /** Lets all through. */
  OrphanGate OPEN = file -> true;

  /** Whether the file may be claimed now. */
  boolean passes(ClaimedFile file);

  /** Every orphan was shown. */
  default void end() {}

  /** What people should hear of those that were held back. */
  default List<String> notes() {
    return List.of();
  }

  /** Both, the other one only for what this one lets through. */
  default OrphanGate then(OrphanGate other) {
    OrphanGate first = this;
    return new OrphanGate() {
      @Override
      public boolean passes(ClaimedFile file) {
        return first.passes(file) && other.passes(file);
      }

      @Override
      public void end() {
        first.end();
        other.end();
      }

      @Override
      public List<String> notes() {
        return Stream.concat(first.notes().stream(), other.notes().stream()).toList();
      }
    };
  }
}

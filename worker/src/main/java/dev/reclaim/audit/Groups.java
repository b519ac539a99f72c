package dev.reclaim.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers for policies and their runs, as many as there are of them. Thread-safe. */
final class Groups {
  private final Map<Group, Integer> numbers = new HashMap<>();
  private final List<Group> groups = new ArrayList<>();

  /**
   * A policy and one of its runs.
   *
   * @param run null for events of other services
   */
  record Group(String policy, @Nullable String run) {}

  synchronized int number(String policy, @Nullable String run) {
    return numbers.computeIfAbsent(
        new Group(policy, run),
        group -> {
          groups.add(group);
          return groups.size() - 1;
        });
  }

  synchronized Group group(int number) {
    return groups.get(number);
  }
}

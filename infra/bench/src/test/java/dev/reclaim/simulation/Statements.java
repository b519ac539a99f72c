package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The statements that the database understands, each by words that only it has. */
final class Statements {
  private record Known(List<String> words, Function<String, Behaviour> reading) {}

  private final List<Known> known = new ArrayList<>();
  private final Map<String, Behaviour> read = new ConcurrentHashMap<>();

  /** One whose clauses do not matter beyond those that it is known by. */
  void add(Behaviour behaviour, String... words) {
    known.add(new Known(List.of(words), sql -> behaviour));
  }

  /** One whose text says what it does. */
  void read(Function<String, Behaviour> reading, String... words) {
    known.add(new Known(List.of(words), reading));
  }

  Behaviour of(String sql) {
    return read.computeIfAbsent(sql, this::find);
  }

  private Behaviour find(String sql) {
    Optional<Known> found =
        known.stream().filter(it -> it.words().stream().allMatch(sql::contains)).findFirst();
    return found
        .orElseThrow(() -> new UnsupportedOperationException("unknown to the simulation: " + sql))
        .reading()
        .apply(sql);
  }
}

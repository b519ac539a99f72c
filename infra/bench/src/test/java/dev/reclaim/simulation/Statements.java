package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The statements that the database understands, each by words that only it has. */
final class Statements {
  /** Texts with a literal in them come once, and are not worth remembering. */
  private static final String LITERAL = "timestamptz '";

  /** Which of the known it is: the same in every world, because all are taught the same. */
  private static final Map<String, Integer> FOUND = new ConcurrentHashMap<>();

  private record Known(List<String> words, Function<String, Behaviour> reading) {
    boolean is(String sql) {
      for (String word : words) {
        if (!sql.contains(word)) {
          return false;
        }
      }
      return true;
    }
  }

  private final List<Known> known = new ArrayList<>();
  private final Map<String, Behaviour> read = new HashMap<>();

  /** One whose clauses do not matter beyond those that it is known by. */
  void add(Behaviour behaviour, String... words) {
    known.add(new Known(List.of(words), sql -> behaviour));
  }

  /** One whose text says what it does. */
  void read(Function<String, Behaviour> reading, String... words) {
    known.add(new Known(List.of(words), reading));
  }

  Behaviour of(String sql) {
    @Nullable Behaviour before = read.get(sql);
    if (before != null) {
      return before;
    }
    Behaviour behaviour = known.get(place(sql)).reading().apply(sql);
    read.put(sql, behaviour);
    return behaviour;
  }

  private int place(String sql) {
    return sql.contains(LITERAL) ? find(sql) : FOUND.computeIfAbsent(sql, this::find);
  }

  private int find(String sql) {
    for (int i = 0; i < known.size(); i++) {
      if (known.get(i).is(sql)) {
        return i;
      }
    }
    throw new UnsupportedOperationException("unknown to the simulation: " + sql);
  }
}

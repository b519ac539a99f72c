package dev.reclaim.policy;

import java.util.Comparator;

/** A place in a policy file, both numbers from 1; orders by where things stand. */
public record Place(String file, int line, int column) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::file).thenComparing(Place::line).thenComparing(Place::column);

  static Place of(String file, Position position) {
    return new Place(file, position.line(), position.column());
  }

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line:column}, as compilers write it. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}

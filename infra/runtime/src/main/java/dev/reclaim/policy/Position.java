package dev.reclaim.policy;

/** A place in the policy file, both numbers from 1; orders by where things stand. */
record Position(int line, int column) implements Comparable<Position> {
  static final Position START = new Position(1, 1);

  @Override
  public int compareTo(Position other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }

  /** {@code line:column}, as compilers write it. */
  @Override
  public String toString() {
    return line + ":" + column;
  }
}

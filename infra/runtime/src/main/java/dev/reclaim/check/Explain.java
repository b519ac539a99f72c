package dev.reclaim.check;

import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Has the database read SQL without carrying it out. */
record Explain(Handle handle) {
  private static final String NO_RIGHT = "42501";

  /**
   * Why SQL cannot be read.
   *
   * @param state the database's own code; empty where its driver refused
   */
  record Failure(String state, String what, String hint) {
    /** Whether it is only that we may not. */
    boolean isOfRights() {
      return state.equals(NO_RIGHT);
    }

    String words(String part) {
      return "the database cannot read \"%s\": %s".formatted(part, what);
    }

    String mend() {
      return hint.isEmpty() ? "correct it" : hint;
    }
  }

  /** Asks the database something that it may refuse. */
  @FunctionalInterface
  interface Attempt {
    void run() throws SQLException;
  }

  /** Empty where the query can be read. */
  Optional<Failure> query(String sql) {
    return attempt(() -> plan(handle, sql));
  }

  /** Empty where the attempt comes to its end; the transaction goes on in any case. */
  Optional<Failure> attempt(Attempt work) {
    handle.savepoint("reclaim_explain");
    try {
      work.run();
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(failure(e));
    } finally {
      handle.rollbackToSavepoint("reclaim_explain");
    }
  }

  /** Has the database plan a query. */
  static void plan(Handle handle, String sql) throws SQLException {
    try (var statement = handle.getConnection().prepareStatement("EXPLAIN " + sql)) {
      statement.execute();
    }
  }

  private static Failure failure(SQLException e) {
    String what = "";
    String hint = "";
    for (String line : String.valueOf(e.getMessage()).lines().toList()) {
      if (what.isEmpty()) {
        what = line.replaceFirst("^ERROR: ", "").replaceFirst(" started at position .*", "");
      } else if (line.startsWith("  Hint: ")) {
        hint = line.substring("  Hint: ".length()).replaceAll("\\.$", "");
      }
    }
    String mend = hint.isEmpty() ? "" : Character.toLowerCase(hint.charAt(0)) + hint.substring(1);
    return new Failure(e.getSQLState() == null ? "" : e.getSQLState(), what, mend);
  }
}

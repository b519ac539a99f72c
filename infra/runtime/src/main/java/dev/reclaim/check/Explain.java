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

  /** Empty where the query can be read. */
  Optional<Failure> query(String sql) {
    handle.savepoint("reclaim_explain");
    try (var statement = handle.getConnection().prepareStatement("EXPLAIN " + sql)) {
      statement.execute();
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(failure(e));
    } finally {
      handle.rollbackToSavepoint("reclaim_explain");
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

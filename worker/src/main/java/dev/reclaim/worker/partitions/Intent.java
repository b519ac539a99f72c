package dev.reclaim.worker.partitions;

import dev.reclaim.partitions.WholePartition;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The right to take one partition off its table and drop it.
 *
 * @param partition as it was when the right was first taken
 * @param attempt how many events or deliveries have gone on with it
 */
record Intent(WholePartition partition, int attempt) {
  /** How it ended. */
  enum End {
    DONE("done"),
    RETURNED("returned"),
    STRANDED("stranded");

    private final String label;

    End(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  String name() {
    return partition.name();
  }

  static Intent of(ResultSet row) throws SQLException {
    return new Intent(
        new WholePartition(
            row.getLong("relation"),
            row.getString("name"),
            row.getLong("parent"),
            row.getString("parent_name"),
            row.getString("lower_bound"),
            row.getString("upper_bound"),
            row.getString("bound")),
        row.getInt("attempt"));
  }
}

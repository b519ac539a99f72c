package dev.reclaim.worker.rows;

import dev.reclaim.events.Labels;
import dev.reclaim.policy.RowPolicy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The values of a policy's labels as columns of a statement over the policy's table. */
record LabelColumns(RowPolicy policy) {

  /**
   * Each after a comma. Compared byte by byte, because what a column's collation takes for equal
   * are different labels.
   */
  String values() {
    List<String> columns = List.copyOf(policy.labels().values());
    return IntStream.range(0, columns.size())
        .mapToObj(
            i ->
                ", left(coalesce(%s::text, ''), %d) COLLATE \"C\" AS reclaim_label%d"
                    .formatted(policy.table().column(columns.get(i)), Labels.VALUE_LENGTH_MAX, i))
        .collect(Collectors.joining());
  }

  /** Their names, each after a comma. */
  String names() {
    return numbered().stream().map(name -> ", " + name).collect(Collectors.joining());
  }

  /** Groups by them; without labels all is one group, even of nothing. */
  String grouping() {
    return policy.labels().isEmpty() ? "" : " GROUP BY " + String.join(", ", numbered());
  }

  /** The labels of the row at hand. */
  Map<String, String> read(ResultSet row) throws SQLException {
    Map<String, String> labels = new TreeMap<>();
    int i = 0;
    for (String label : policy.labels().keySet()) {
      labels.put(label, row.getString("reclaim_label" + i++));
    }
    return labels;
  }

  private List<String> numbered() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < policy.labels().size(); i++) {
      names.add("reclaim_label" + i);
    }
    return names;
  }
}

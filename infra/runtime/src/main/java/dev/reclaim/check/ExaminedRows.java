package dev.reclaim.check;

import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.RowPolicy;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row policy under a check.
 *
 * @param children tables whose rows go along, as far as they could be found
 */
record ExaminedRows(
    RowPolicy policy, TableShape shape, List<ChildPath> children, Live live, Names names) {

  /** Whether what the policy names is there: where it is not, nothing follows from it. */
  enum Names {
    KNOWN,
    DOUBTFUL
  }

  boolean named() {
    return names == Names.KNOWN;
  }

  /** Every table whose rows go, the policy's own first. */
  List<TableShape> going() {
    return Stream.concat(Stream.of(shape), children.stream().map(ChildPath::child))
        .distinct()
        .toList();
  }

  /** Where a table whose rows go is spoken of. */
  String partOf(TableShape table) {
    return table.equals(shape) ? "table" : partOfChild(table);
  }

  private String partOfChild(TableShape child) {
    for (int i = 0; i < policy.children().listed().size(); i++) {
      if (policy.children().listed().get(i).table().equals(child.table())) {
        return "children[%d].table".formatted(i);
      }
    }
    return policy.children().family() ? "children" : "table";
  }
}

package dev.reclaim.planner.scan;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.TableShape;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The order of a table's rows by the column that they age by, and by their keys among rows of the
 * same value. A place in it is a list: the value alone lies before all its rows, the value with a
 * key's columns behind that row.
 */
final class AgeOrder {
  private final TableShape shape;
  private final Column by;

  /** The order of a policy whose rows age. */
  AgeOrder(RowTarget target) {
    this.shape = target.shape();
    String name = target.policy().expiry().age().orElseThrow().by();
    this.by = shape.column(name).orElseThrow();
  }

  String column() {
    return shape.table().column(by.name());
  }

  String keyColumns() {
    return shape.primaryKey().stream()
        .map(column -> shape.table().column(column.name()))
        .collect(Collectors.joining(", "));
  }

  /** SQL of a place's value. */
  String value(List<String> place) {
    return literal(place.get(0), by.base());
  }

  /** True for rows behind the place. */
  String behind(List<String> place) {
    return place.size() == 1
        ? "%s >= %s".formatted(column(), value(place))
        : "(%1$s > %2$s OR %1$s = %2$s AND %3$s)"
            .formatted(column(), value(place), behindKey(place));
  }

  /** True for rows of the place's value behind its key. */
  String tiedBehind(List<String> place) {
    String tied = "%s = %s".formatted(column(), value(place));
    return place.size() == 1 ? tied : tied + " AND " + behindKey(place);
  }

  /** True for rows whose key is not behind that of the place. */
  String upToKey(List<String> place) {
    return "NOT " + behindKey(place);
  }

  private String behindKey(List<String> place) {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < shape.primaryKey().size(); i++) {
      key.add(literal(place.get(i + 1), shape.primaryKey().get(i).type()));
    }
    return "(%s) > (%s)".formatted(keyColumns(), String.join(", ", key));
  }

  private static String literal(String text, String type) {
    return Sql.literal(text) + "::" + type;
  }
}

package dev.reclaim.database;

import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Link;
import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.TableName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the ways down to every table whose rows go with a policy's rows: what the policy names, and
 * what the database would delete along whether named or not.
 *
 * <p>A key that sets what refers to a row to NULL or its default lets the row go alone, and so does
 * one that leads back to a table on the way without cascading: whether such a key holds is for the
 * database to say when the rows go.
 */
public final class ChildPaths {
  /** A family of tables that refer to each other in more ways than this is not seen through. */
  private static final int PATHS_MAX = 200;

  private final RowPolicy policy;
  private final LiveTypes tables;
  private final List<ChildPath> paths = new ArrayList<>();
  private final Set<Child> found = new HashSet<>();

  private ChildPaths(RowPolicy policy, LiveTypes tables) {
    this.policy = policy;
    this.tables = tables;
  }

  /**
   * The ways, the deepest table first.
   *
   * @throws Misfit when there is no way to delete along what the policy says
   */
  public static List<ChildPath> of(RowPolicy policy, TableShape shape, LiveTypes tables) {
    if (policy.marks()) {
      return List.of();
    }
    ChildPaths ways = new ChildPaths(policy, tables);
    ways.descend(shape, List.of());
    for (Child child : policy.children().listed()) {
      if (!ways.found.contains(child)) {
        ways.paths.add(ways.soft(child, shape));
      }
    }
    return List.copyOf(ways.paths);
  }

  private void descend(TableShape parent, List<Link> above) {
    for (InboundKey key : parent.inbound()) {
      boolean declared = declared(key);
      boolean cycle =
          key.referring().equals(policy.table())
              || above.stream().anyMatch(it -> it.referring().table().equals(key.referring()));
      if (!key.cascades() && (!declared || cycle)) {
        continue;
      }
      if (cycle) {
        throw new Misfit(
            "children",
            "rows of %s go with other rows of the same table (%s): such a cycle of cascades is not supported"
                .formatted(key.referring(), way(above, key.referring())),
            "make one of the foreign keys ON DELETE NO ACTION or SET NULL");
      }
      List<Link> path = new ArrayList<>(above);
      path.add(link(key));
      descend(path.get(path.size() - 1).referring(), path);
      paths.add(new ChildPath(path.get(path.size() - 1).referring(), path));
      if (paths.size() > PATHS_MAX) {
        throw new Misfit(
            "children",
            "more than %d ways lead to rows that would go with those of %s"
                .formatted(PATHS_MAX, policy.table()),
            "name the tables that are meant");
      }
    }
  }

  private String way(List<Link> above, TableName end) {
    return Stream.concat(
            Stream.concat(
                Stream.of(policy.table()), above.stream().map(link -> link.referring().table())),
            Stream.of(end))
        .map(table -> table.schema() + "." + table.table())
        .collect(Collectors.joining(" <- "));
  }

  private Link link(InboundKey key) {
    TableShape referring = tables.require("children", key.referring());
    Optional<String> cascade = key.cascades() ? Optional.of(key.constraint()) : Optional.empty();
    return new Link(referring, key.columns(), key.referenced(), key.partition(), cascade);
  }

  /** A table that is named as a child and that no foreign key leads to. */
  private ChildPath soft(Child child, TableShape shape) {
    String part = "children[%d]".formatted(policy.children().listed().indexOf(child));
    if (shape.primaryKey().size() != 1) {
      throw new Misfit(
          part,
          "children without a foreign key need a key of one column in " + shape.table(),
          "add a foreign key to " + child.table());
    }
    TableShape referring = tables.require(part + ".table", child.table());
    if (referring.column(child.column()).isEmpty()) {
      throw LiveTypes.missing(part + ".column", referring, child.column());
    }
    if (!referring.holdsRows()) {
      throw new Misfit(part, child.table() + " is no table of this database", "name a table");
    }
    List<String> elsewhere = tables.outbound(child.table(), child.column());
    if (!elsewhere.isEmpty()) {
      throw new Misfit(
          part,
          "the column %s of %s refers to another table, by the foreign key %s"
              .formatted(child.column(), child.table(), elsewhere.get(0)),
          "name the column that refers to " + shape.table());
    }
    String key = shape.primaryKey().get(0).name();
    return new ChildPath(
        referring,
        List.of(
            new Link(
                referring,
                List.of(child.column()),
                List.of(key),
                Optional.empty(),
                Optional.empty())));
  }

  private boolean declared(InboundKey key) {
    List<Child> named =
        policy.children().listed().stream().filter(child -> matches(child, key)).toList();
    found.addAll(named);
    return !named.isEmpty() || (policy.children().family() && key.restricts());
  }

  private static boolean matches(Child child, InboundKey key) {
    return key.referring().equals(child.table()) && key.columns().contains(child.column());
  }
}

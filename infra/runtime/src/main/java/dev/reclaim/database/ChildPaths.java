package dev.reclaim.database;

import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Link;
import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Child;
import java.util.ArrayList;
import java.util.List;

/** Finds the ways down to every table whose rows go with a policy's rows. */
public final class ChildPaths {
  private final RowPolicy policy;
  private final LiveTypes tables;
  private final List<ChildPath> paths = new ArrayList<>();

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
    ways.descend(shape, List.of(), ways.links(shape));
    return List.copyOf(ways.paths);
  }

  private void descend(TableShape parent, List<Link> above, List<Link> links) {
    for (Link link : links) {
      TableShape child = link.referring();
      boolean cycle =
          child.table().equals(parent.table())
              || above.stream().anyMatch(it -> it.referring().table().equals(child.table()));
      if (cycle) {
        throw new Misfit(
            "children",
            "rows of %s go with other rows of the same table: such a cycle of cascades is not supported"
                .formatted(child.table()),
            "make one of the foreign keys ON DELETE NO ACTION or SET NULL");
      }
      List<Link> path = new ArrayList<>(above);
      path.add(link);
      List<Link> below =
          child.inbound().stream().filter(InboundKey::cascades).map(this::link).toList();
      descend(child, path, below);
      paths.add(new ChildPath(child, path));
    }
  }

  /** What the policy declares, and what the database would delete along whether declared or not. */
  private List<Link> links(TableShape shape) {
    List<Link> links = new ArrayList<>();
    for (InboundKey key : shape.inbound()) {
      if (key.cascades() || declared(key)) {
        links.add(link(key));
      }
    }
    for (Child child : policy.children().listed()) {
      if (shape.inbound().stream().noneMatch(key -> matches(child, key))) {
        links.add(softLink(child, shape));
      }
    }
    return links;
  }

  private Link link(InboundKey key) {
    return new Link(tables.require("children", key.referring()), key.columns(), key.referenced());
  }

  private Link softLink(Child child, TableShape shape) {
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
    return new Link(referring, List.of(child.column()), List.of(shape.primaryKey().get(0).name()));
  }

  private boolean declared(InboundKey key) {
    return policy.children().family()
        || policy.children().listed().stream().anyMatch(child -> matches(child, key));
  }

  private static boolean matches(Child child, InboundKey key) {
    return key.referring().equals(child.table()) && key.columns().contains(child.column());
  }
}

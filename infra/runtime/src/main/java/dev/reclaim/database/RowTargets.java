package dev.reclaim.database;

import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Link;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.policy.AmbiguousKeyException;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Expiry;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.Child;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.TableName;
import dev.reclaim.policy.TableTypes;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The row policies of a file held against their live tables; what does not fit is said all at once,
 * before anything is deleted.
 */
public final class RowTargets {
  private final PolicyFile file;
  private final Databases databases;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, RowTarget> targets = new LinkedHashMap<>();

  private RowTargets(PolicyFile file, Databases databases) {
    this.file = file;
    this.databases = databases;
  }

  /**
   * Resolves every row policy of the file and checks the references of its file policies.
   *
   * @return targets by policy name
   * @throws UserException naming each policy that does not fit its table, and the mend
   */
  public static Map<String, RowTarget> resolve(PolicyFile file, Databases databases) {
    return new RowTargets(file, databases).resolve();
  }

  private Map<String, RowTarget> resolve() {
    for (Policy policy : file.policies()) {
      databases.get(policy.database()).jdbi().useHandle(handle -> check(policy, handle));
    }
    if (!problems.isEmpty()) {
      throw new UserException(Kind.USAGE, String.join(System.lineSeparator(), problems));
    }
    return Map.copyOf(targets);
  }

  private void check(Policy policy, Handle handle) {
    try {
      if (policy instanceof RowPolicy rows) {
        targets.put(rows.name(), target(rows, handle));
      } else if (policy instanceof FilePolicy files) {
        checkEach(policy, "referenced-by", files.references(), this::requireReference);
      }
    } catch (Misfit misfit) {
      problems.add(
          "%s: policy \"%s\": %s".formatted(file.name(), policy.name(), misfit.getMessage()));
    }
  }

  /** Checks each part of a list, and notes where in the file the wrong ones stand. */
  private <T> void checkEach(Policy policy, String list, List<T> parts, Consumer<T> check) {
    for (int i = 0; i < parts.size(); i++) {
      try {
        check.accept(parts.get(i));
      } catch (Misfit misfit) {
        String place = file.places(policy).of(list + "[" + i + "]." + misfit.part());
        problems.add("%s: policy \"%s\": %s".formatted(place, policy.name(), misfit.getMessage()));
      }
    }
  }

  private RowTarget target(RowPolicy policy, Handle handle) {
    TableShape shape = table(handle, policy.table());
    if (shape.primaryKey().isEmpty()) {
      throw new Misfit("the table " + policy.table() + " has no primary key: add one");
    }
    for (Condition condition : policy.where()) {
      requireColumn(shape, condition);
    }
    for (Condition condition : policy.keep()) {
      requireColumn(shape, condition);
    }
    checkEach(
        policy,
        "files",
        policy.files(),
        files -> requireText(handle, new Reference.Column(policy.table(), files.column()), shape));
    policy.set().keySet().forEach(column -> requireColumn(shape, column));
    policy.labels().values().forEach(column -> requireColumn(shape, column));
    policy.expiry().age().ifPresent(age -> requireAge(age, shape));
    RowPredicate predicate = predicate(policy, handle);
    RowTarget target =
        new RowTarget(
            policy, shape, predicate, policy.marks() ? List.of() : children(policy, shape, handle));
    explain(target, handle);
    return target;
  }

  private static void requireAge(Expiry.Age age, TableShape shape) {
    Column column = requireColumn(shape, age.by());
    ColumnType.Age type =
        new ColumnType(column.type())
            .age()
            .orElseThrow(
                () ->
                    new Misfit(
                        "expire.by names the column %s of type %s: it has to be a timestamptz, timestamp, date or number"
                            .formatted(column.name(), column.type())));
    boolean epoch = type == ColumnType.Age.EPOCH;
    if (epoch && age.unit().isEmpty()) {
      throw new Misfit(
          "the column %s is a number: say what it counts since 1970, like expire: { ..., unit: seconds }"
              .formatted(column.name()));
    }
    if (!epoch && age.unit().isPresent()) {
      throw new Misfit(
          "the column %s of type %s counts nothing: remove \"unit\""
              .formatted(column.name(), column.type()));
    }
    boolean naive = type == ColumnType.Age.TIMESTAMP || type == ColumnType.Age.DATE;
    if (naive && age.zone().isEmpty()) {
      throw new Misfit(
          "the column %s has no zone of its own: say which it is written in, like expire: { ..., zone: UTC }"
              .formatted(column.name()));
    }
  }

  /** Has the database read the whole predicate, so that a mistake in an expression is found now. */
  private static void explain(RowTarget target, Handle handle) {
    String sql =
        "EXPLAIN SELECT %s, %s FROM %s WHERE %s"
            .formatted(
                target.predicate().guarded(),
                target.predicate().undated(),
                target.policy().table().sql(),
                target.predicate().expired(Instant.EPOCH));
    try (var statement = handle.getConnection().prepareStatement(sql)) {
      statement.execute();
    } catch (SQLException e) {
      throw new Misfit(
          "the database cannot read its expire, where, keep, protect or set: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static RowPredicate predicate(RowPolicy policy, Handle handle) {
    try {
      return new RowPredicate(policy, new LiveTypes(handle));
    } catch (AmbiguousKeyException e) {
      throw new Misfit(String.valueOf(e.getMessage()));
    }
  }

  private List<ChildPath> children(RowPolicy policy, TableShape shape, Handle handle) {
    List<ChildPath> paths = new ArrayList<>();
    descend(shape, List.of(), links(policy, shape, handle), handle, paths);
    return paths;
  }

  private void descend(
      TableShape parent, List<Link> above, List<Link> links, Handle handle, List<ChildPath> paths) {
    for (Link link : links) {
      TableShape child = link.referring();
      boolean cycle =
          child.table().equals(parent.table())
              || above.stream().anyMatch(it -> it.referring().table().equals(child.table()));
      if (cycle) {
        throw new Misfit(
            "rows of %s go with other rows of the same table: such a cycle of cascades is not supported"
                .formatted(child.table()));
      }
      List<Link> path = new ArrayList<>(above);
      path.add(link);
      List<Link> below =
          child.inbound().stream()
              .filter(InboundKey::cascades)
              .map(key -> link(key, handle))
              .toList();
      descend(child, path, below, handle, paths);
      paths.add(new ChildPath(child, path));
    }
  }

  /** What the policy declares, and what the database would delete along whether declared or not. */
  private List<Link> links(RowPolicy policy, TableShape shape, Handle handle) {
    List<Link> links = new ArrayList<>();
    for (InboundKey key : shape.inbound()) {
      if (key.cascades() || declared(policy, key)) {
        links.add(link(key, handle));
      }
    }
    for (Child child : policy.children().listed()) {
      if (shape.inbound().stream().noneMatch(key -> matches(child, key))) {
        links.add(softLink(child, shape, handle));
      }
    }
    return links;
  }

  private Link link(InboundKey key, Handle handle) {
    if (!key.indexed()) {
      String columns = String.join(", ", key.columns().stream().map(Sql::identifier).toList());
      throw new Misfit(
          "the foreign key %s has no index, so each deleted row would scan %s: CREATE INDEX CONCURRENTLY ON %s (%s)"
              .formatted(key.constraint(), key.referring(), key.referring().sql(), columns));
    }
    return new Link(table(handle, key.referring()), key.columns(), key.referenced());
  }

  private Link softLink(Child child, TableShape shape, Handle handle) {
    if (shape.primaryKey().size() != 1) {
      throw new Misfit(
          "children without a foreign key need a primary key of one column in " + shape.table());
    }
    TableShape referring = table(handle, child.table());
    requireColumn(referring, child.column());
    return new Link(referring, List.of(child.column()), List.of(shape.primaryKey().get(0).name()));
  }

  private static boolean declared(RowPolicy policy, InboundKey key) {
    return policy.children().family()
        || policy.children().listed().stream().anyMatch(child -> matches(child, key));
  }

  private static boolean matches(Child child, InboundKey key) {
    return key.referring().equals(child.table()) && key.columns().contains(child.column());
  }

  private void requireReference(Reference reference) {
    databases
        .get(reference.table().database())
        .jdbi()
        .useHandle(
            handle -> {
              TableShape shape = referringTable(handle, reference.table());
              if (reference instanceof Reference.Column column) {
                referringColumn(shape, column.column());
              }
              requireReadable(handle, texts(handle, reference), reference);
            });
  }

  private static TableShape referringTable(Handle handle, TableName table) {
    try {
      return table(handle, table);
    } catch (Misfit misfit) {
      throw misfit.at("table");
    }
  }

  private static void referringColumn(TableShape shape, String column) {
    try {
      requireColumn(shape, column);
    } catch (Misfit misfit) {
      throw misfit.at("column");
    }
  }

  private static ReferenceTexts texts(Handle handle, Reference reference) {
    try {
      return ReferenceTexts.of(handle, reference);
    } catch (UnusableReferenceException e) {
      throw new Misfit(String.valueOf(e.getMessage())).at(e.part());
    } catch (SQLException e) {
      throw unreadable(reference, e);
    }
  }

  /** Has the database plan the reading, which finds missing rights and hidden rows, too. */
  private static void requireReadable(Handle handle, ReferenceTexts texts, Reference reference) {
    String sql = "EXPLAIN SELECT " + ReferenceTexts.TEXT + texts.from();
    try (var statement = handle.getConnection().prepareStatement(sql)) {
      statement.execute();
    } catch (SQLException e) {
      throw unreadable(reference, e);
    }
  }

  private static Misfit unreadable(Reference reference, SQLException e) {
    return new Misfit(
            "the database cannot read the references in %s: %s"
                .formatted(
                    reference, String.valueOf(e.getMessage()).lines().findFirst().orElse("")))
        .at(reference instanceof Reference.Column ? "column" : "expression");
  }

  /** A linked column names one file, so that the row's file is known when the row goes. */
  private static void requireText(Handle handle, Reference.Column column, TableShape shape) {
    referringColumn(shape, column.column());
    if (!texts(handle, column).isSingle()) {
      throw new Misfit(
              "%s holds several names of files, and \"files\" takes a column with one: remove it, and have a policy about the store find what no row names, with referenced-by: [ { table: %s, column: %s } ]"
                  .formatted(column, column.table(), column.column()))
          .at("column");
    }
  }

  private static TableShape table(Handle handle, TableName table) {
    try {
      Optional<TableShape> shape = Catalog.find(handle, table);
      return shape.orElseThrow(
          () ->
              new Misfit("there is no table " + table.sql() + " in database " + table.database()));
    } catch (JdbiException e) {
      throw new Misfit("the table " + table + " cannot be looked up: " + e.getMessage());
    }
  }

  private static void requireColumn(TableShape shape, Condition condition) {
    if (condition instanceof Condition.OneOf values) {
      requireColumn(shape, values.column());
    }
  }

  private static Column requireColumn(TableShape shape, String name) {
    @Nullable Column column = shape.column(name).orElse(null);
    if (column == null) {
      throw new Misfit(
          "the table %s has no column %s. It has: %s"
              .formatted(
                  shape.table(),
                  name,
                  String.join(", ", shape.columns().stream().map(Column::name).toList())));
    }
    return column;
  }

  /** The live catalog, as one policy's predicate asks it. */
  private record LiveTypes(Handle handle) implements TableTypes {
    @Override
    public ColumnType type(TableName table, String column) {
      return new ColumnType(requireColumn(table(handle, table), column).type());
    }

    @Override
    public List<String> key(TableName table) {
      return table(handle, table).primaryKey().stream().map(Column::name).toList();
    }
  }

  /** One thing that does not fit, in words. */
  private static final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String part;

    Misfit(String message) {
      this(message, "");
    }

    private Misfit(String message, String part) {
      super(message);
      this.part = part;
    }

    /** The same, said of one key of what is checked. */
    Misfit at(String key) {
      return new Misfit(String.valueOf(getMessage()), key);
    }

    String part() {
      return part;
    }
  }
}

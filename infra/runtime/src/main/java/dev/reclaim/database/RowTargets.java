package dev.reclaim.database;

import dev.reclaim.database.TableShape.Column;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Expiry;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.UnclearReferenceException;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

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
        files.references().forEach(this::requireReference);
      }
    } catch (Misfit misfit) {
      problems.add(
          "%s: policy \"%s\": %s: %s"
              .formatted(file.name(), policy.name(), misfit.what(), misfit.mend()));
    }
  }

  private RowTarget target(RowPolicy policy, Handle handle) {
    LiveTypes tables = new LiveTypes(handle);
    TableShape shape = tables.require("table", policy.table());
    requireRows(shape);
    for (Condition condition : policy.where()) {
      requireColumn(shape, condition);
    }
    for (Condition condition : policy.keep()) {
      requireColumn(shape, condition);
    }
    policy.files().forEach(files -> requireColumn(shape, files.column()));
    policy.set().keySet().forEach(column -> requireColumn(shape, column));
    policy.labels().values().forEach(column -> requireColumn(shape, column));
    policy.expiry().age().ifPresent(age -> requireAge(age, shape));
    RowTarget target =
        new RowTarget(
            policy, shape, predicate(policy, tables), ChildPaths.of(policy, shape, tables));
    explain(target, handle);
    return target;
  }

  private static void requireRows(TableShape shape) {
    if (!shape.holdsRows()) {
      throw new Misfit(
          "table",
          "%s is %s"
              .formatted(
                  shape.table(),
                  shape.kind() == TableShape.Kind.FOREIGN
                      ? "a table of another server"
                      : "no table but a view"),
          "name the table that holds the rows");
    }
    if (shape.primaryKey().isEmpty()) {
      throw new Misfit(
          "table",
          "the table "
              + shape.table()
              + " has no primary key, nor a unique index over columns that are NOT NULL",
          "add one");
    }
  }

  private static void requireAge(Expiry.Age age, TableShape shape) {
    Column column = requireColumn(shape, age.by());
    ColumnType.Age type =
        new ColumnType(column.base())
            .age()
            .orElseThrow(
                () ->
                    new Misfit(
                        "expire.by",
                        "expire.by names the column %s of type %s"
                            .formatted(column.name(), column.type()),
                        "it has to be a timestamptz, timestamp, date or number"));
    boolean epoch = type == ColumnType.Age.EPOCH;
    if (epoch && age.unit().isEmpty()) {
      throw new Misfit(
          "expire.by",
          "the column %s is a number".formatted(column.name()),
          "say what it counts since 1970, like expire: { ..., unit: seconds }");
    }
    if (!epoch && age.unit().isPresent()) {
      throw new Misfit(
          "expire.unit",
          "the column %s of type %s counts nothing".formatted(column.name(), column.type()),
          "remove \"unit\"");
    }
    boolean naive = type == ColumnType.Age.TIMESTAMP || type == ColumnType.Age.DATE;
    if (naive && age.zone().isEmpty()) {
      throw new Misfit(
          "expire.by",
          "the column %s has no zone of its own".formatted(column.name()),
          "say which it is written in, like expire: { ..., zone: UTC }");
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
          "",
          "the database cannot read its expire, where, keep, protect or set",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static RowPredicate predicate(RowPolicy policy, LiveTypes tables) {
    try {
      return new RowPredicate(policy, tables);
    } catch (UnclearReferenceException e) {
      throw new Misfit("protect", e.what(), e.mend());
    }
  }

  private void requireReference(Reference reference) {
    databases
        .get(reference.table().database())
        .jdbi()
        .useHandle(
            handle -> {
              TableShape shape = new LiveTypes(handle).require("", reference.table());
              if (reference instanceof Reference.Column column) {
                requireColumn(shape, column.column());
              }
            });
  }

  private static void requireColumn(TableShape shape, Condition condition) {
    if (condition instanceof Condition.OneOf values) {
      requireColumn(shape, values.column());
    }
  }

  private static Column requireColumn(TableShape shape, String name) {
    return shape.column(name).orElseThrow(() -> LiveTypes.missing("", shape, name));
  }
}

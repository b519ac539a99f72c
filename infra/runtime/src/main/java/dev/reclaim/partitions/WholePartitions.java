package dev.reclaim.partitions;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.TableShape;
import dev.reclaim.database.TableShape.Column;
import dev.reclaim.database.TableShape.Kind;
import dev.reclaim.partitions.WholePartition.Bounds;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.ExpiredRange;
import dev.reclaim.policy.Expiry;
import dev.reclaim.policy.RowPolicy;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Which partitions of a policy's table may go whole, as the catalog says now. Nothing is
 * remembered: every call looks again.
 */
public final class WholePartitions {
  /**
   * Partitions with rows of their own, by ranges of exactly the asked column in its type's own
   * order, that nothing would miss but their rows. A publication that hands deletions on would hand
   * on no drop.
   */
  private static final String CANDIDATES =
      """
      SELECT c.oid AS relation, format('%I.%I', n.nspname, c.relname) AS name,
             p.oid AS parent, format('%I.%I', pn.nspname, p.relname) AS parent_name,
             pg_get_expr(c.relpartbound, c.oid) AS bound,
             pg_has_role(c.relowner, 'USAGE') AND pg_has_role(p.relowner, 'USAGE') AS owned
        FROM pg_class p
        JOIN pg_namespace pn ON pn.oid = p.relnamespace
        JOIN pg_partitioned_table k ON k.partrelid = p.oid AND k.partstrat = 'r' AND k.partnatts = 1
        JOIN pg_attribute a ON a.attrelid = p.oid AND a.attnum = k.partattrs[0]
        JOIN pg_opclass o ON o.oid = k.partclass[0] AND o.opcdefault
        JOIN pg_inherits i ON i.inhparent = p.oid AND NOT i.inhdetachpending
        JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind = 'r' AND c.relpersistence <> 't'
        JOIN pg_am m ON m.oid = c.relam AND m.amname = 'heap'
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE pn.nspname = ? AND p.relname = ? AND a.attname = ? AND NOT p.relispartition
         AND %s
       ORDER BY c.relname, c.oid
      """
          .replace("%s", Missed.byNobody("c.oid, p.oid", "c.oid"));

  private final TableShape shape;
  private final Optional<ExpiredRange> range;

  /** Those of a policy's table; none where the policy is about more than age. */
  public WholePartitions(RowTarget target) {
    this(target.policy(), target.shape(), target.children());
  }

  /** The same of a policy that is only looked at. */
  public WholePartitions(RowPolicy policy, TableShape shape, List<ChildPath> children) {
    this.shape = shape;
    this.range =
        byAgeAlone(policy) && shape.kind() == Kind.PARTITIONED && children.isEmpty()
            ? policy.expiry().age().flatMap(this::range)
            : Optional.empty();
  }

  /** Whether nothing but age decides which rows go, and nothing goes along. */
  private static boolean byAgeAlone(RowPolicy policy) {
    return policy.expiry().when().isEmpty()
        && policy.expiry().orphaned().isEmpty()
        && !policy.expiry().dangling()
        && policy.where().isEmpty()
        && policy.keeping().equals(RowPolicy.Keeping.NOTHING)
        && policy.effect().equals(RowPolicy.Effect.DELETE)
        && policy.labels().isEmpty();
  }

  /** What a domain adds to a type is not looked into. */
  private Optional<ExpiredRange> range(Expiry.Age age) {
    return shape
        .column(age.by())
        .filter(column -> column.type().equals(column.base()))
        .flatMap(column -> new ColumnType(column.base()).age())
        .map(type -> new ExpiredRange(age, type));
  }

  /** Those that have expired by their bounds and that the role owns, by their names. */
  public List<WholePartition> due(Handle handle, Instant cutoff) {
    return due(handle, candidates(handle, Owned.YES), cutoff);
  }

  /** The one of that name, if it is one of {@link #due(Handle, Instant)}. */
  public Optional<WholePartition> due(Handle handle, String name, Instant cutoff) {
    List<WholePartition> named =
        candidates(handle, Owned.YES).stream().filter(it -> it.name().equals(name)).toList();
    return due(handle, named, cutoff).stream().findFirst();
  }

  /** Names of those that could go whole in their time, if the role owned them and their table. */
  public List<String> notOwned(Handle handle) {
    return candidates(handle, Owned.NO).stream().map(WholePartition::name).toList();
  }

  /** Whether every row between two bounds has expired. */
  public boolean isProven(Handle handle, String from, String to, Instant cutoff) {
    return range.isPresent()
        && !proven(handle, List.of(from), List.of(to), cutoff, range.get()).isEmpty();
  }

  /** The column that the bounds are about. */
  public Column key() {
    return range
        .flatMap(it -> shape.column(it.age().by()))
        .orElseThrow(() -> new IllegalStateException(shape + " goes by rows alone"));
  }

  private List<WholePartition> due(Handle handle, List<WholePartition> candidates, Instant cutoff) {
    if (candidates.isEmpty()) {
      return List.of();
    }
    List<String> from = candidates.stream().map(WholePartition::from).toList();
    List<String> to = candidates.stream().map(WholePartition::to).toList();
    return proven(handle, from, to, cutoff, range.orElseThrow()).stream()
        .map(candidates::get)
        .toList();
  }

  private List<Integer> proven(
      Handle handle, List<String> from, List<String> to, Instant cutoff, ExpiredRange range) {
    String type = key().base();
    String sql =
        """
        SELECT ord
          FROM (SELECT ord, lowest::%1$s AS lowest, beyond::%1$s AS beyond
                  FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS u(lowest, beyond, ord)) AS bounds
         WHERE %2$s
         ORDER BY ord
        """
            .formatted(type, range.sql("lowest", "beyond", cutoff));
    List<Integer> proven = new ArrayList<>();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
      statement.setArray(1, handle.getConnection().createArrayOf("text", from.toArray()));
      statement.setArray(2, handle.getConnection().createArrayOf("text", to.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          proven.add(rows.getInt(1) - 1);
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
    return proven;
  }

  private enum Owned {
    YES,
    NO
  }

  private List<WholePartition> candidates(Handle handle, Owned owned) {
    if (range.isEmpty()) {
      return List.of();
    }
    List<WholePartition> found = new ArrayList<>();
    try (PreparedStatement statement = handle.getConnection().prepareStatement(CANDIDATES)) {
      statement.setString(1, shape.table().schema());
      statement.setString(2, shape.table().table());
      statement.setString(3, key().name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getBoolean("owned") == (owned == Owned.YES)) {
            partition(rows).ifPresent(found::add);
          }
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
    return found;
  }

  private static Optional<WholePartition> partition(ResultSet row) throws SQLException {
    String bound = row.getString("bound");
    Optional<Bounds> bounds = Bounds.parse(bound);
    if (bounds.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new WholePartition(
            row.getLong("relation"),
            row.getString("name"),
            row.getLong("parent"),
            row.getString("parent_name"),
            bounds.get().from(),
            bounds.get().to(),
            bound));
  }
}

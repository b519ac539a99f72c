package dev.reclaim.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A statement as JDBC shows it. */
final class FakeStatement implements InvocationHandler {
  private final Connection connection;
  private final FakeSession session;
  private final String sql;
  private Map<Integer, @Nullable Object> values = new TreeMap<>();
  private final List<Map<Integer, @Nullable Object>> batch = new ArrayList<>();
  private Rows last = Rows.changed(0);

  private FakeStatement(Connection connection, FakeSession session, String sql) {
    this.connection = connection;
    this.session = session;
    this.sql = sql;
  }

  static PreparedStatement of(Connection connection, FakeSession session, String sql) {
    return FakeConnection.proxy(
        PreparedStatement.class, new FakeStatement(connection, session, sql));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws SQLException {
    Object[] arguments = given == null ? new Object[0] : given;
    return switch (method.getName()) {
      case "execute" -> {
        last = run(arguments);
        yield last.hasRows();
      }
      case "executeQuery" -> {
        last = run(arguments);
        yield FakeRows.of(last);
      }
      case "executeUpdate" -> {
        last = run(arguments);
        yield last.changed;
      }
      case "executeBatch" -> runAll();
      case "executeLargeBatch" -> Arrays.stream(runAll()).asLongStream().toArray();
      case "addBatch" -> {
        batch.add(values);
        values = new TreeMap<>();
        yield null;
      }
      case "getResultSet" -> FakeRows.of(last);
      case "getUpdateCount" -> last.hasRows() ? -1 : last.changed;
      case "getLargeUpdateCount" -> last.hasRows() ? -1L : (long) last.changed;
      case "getConnection" -> connection;
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      case "toString" -> sql;
      default -> set(method, arguments);
    };
  }

  private @Nullable Object set(Method method, Object[] arguments) throws SQLException {
    if (method.getName().startsWith("set")
        && arguments.length >= 2
        && arguments[0] instanceof Integer at) {
      Object value = method.getName().equals("setNull") ? null : arguments[1];
      values.put(at, value instanceof Array array ? array.getArray() : value);
    }
    return FakeConnection.nothing(method);
  }

  private Rows run(Object[] arguments) throws SQLException {
    return arguments.length > 0
        ? session.run((String) arguments[0], new Object[0])
        : session.run(sql, values(values));
  }

  private int[] runAll() throws SQLException {
    int[] changed = new int[batch.size()];
    for (int i = 0; i < changed.length; i++) {
      changed[i] = session.run(sql, values(batch.get(i))).changed;
    }
    batch.clear();
    return changed;
  }

  @SuppressWarnings("NullAway") // NULL is a value like any other.
  private static Object[] values(Map<Integer, @Nullable Object> set) {
    return Objects.requireNonNull(set).values().toArray();
  }
}

package dev.reclaim.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows as JDBC shows them. */
final class FakeRows implements InvocationHandler {
  private final Rows rows;
  private int at = -1;
  private boolean wasNull;

  private FakeRows(Rows rows) {
    this.rows = rows;
  }

  static ResultSet of(Rows rows) {
    return FakeConnection.proxy(ResultSet.class, new FakeRows(rows));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws SQLException {
    Object[] arguments = given == null ? new Object[0] : given;
    return switch (method.getName()) {
      case "next" -> ++at < rows.all.size();
      case "wasNull" -> wasNull;
      case "getMetaData" -> metaData();
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      case "toString" -> rows.columns.toString();
      default ->
          method.getName().startsWith("get") && arguments.length > 0
              ? get(method, value(arguments[0]))
              : FakeConnection.nothing(method);
    };
  }

  private @Nullable Object value(Object column) throws SQLException {
    int index = column instanceof Integer i ? i - 1 : rows.columns.indexOf(column);
    if (index < 0) {
      throw FakeSession.error("42703", "no column " + column + " among " + rows.columns);
    }
    Object value = rows.all.get(at)[index];
    wasNull = value == null;
    return value;
  }

  private static @Nullable Object get(Method method, @Nullable Object value) {
    return switch (method.getName()) {
      case "getString" -> value == null ? null : value.toString();
      case "getInt" -> value == null ? 0 : ((Number) value).intValue();
      case "getLong" -> value == null ? 0L : ((Number) value).longValue();
      case "getBoolean" -> Boolean.TRUE.equals(value);
      case "getTimestamp" -> value == null ? null : Timestamp.from((Instant) value);
      case "getArray" -> value == null ? null : FakeConnection.array((Object[]) value);
      default -> value;
    };
  }

  private ResultSetMetaData metaData() {
    return FakeConnection.proxy(
        ResultSetMetaData.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getColumnCount" -> rows.columns.size();
              case "getColumnLabel", "getColumnName" ->
                  rows.columns.get((Integer) arguments[0] - 1);
              default -> FakeConnection.nothing(method);
            });
  }
}

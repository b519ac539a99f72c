package dev.reclaim.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A session as JDBC shows it. */
final class FakeConnection implements InvocationHandler {
  private final FakeSession session;

  private FakeConnection(FakeSession session) {
    this.session = session;
  }

  /** Sessions of whatever process asks. */
  static DataSource sessions(Supplier<FakeDatabase> database) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          if (!method.getName().equals("getConnection")) {
            throw new UnsupportedOperationException(method.toString());
          }
          return of(database.get().connect());
        });
  }

  static Connection of(FakeSession session) {
    return proxy(Connection.class, new FakeConnection(session));
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            FakeConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** What a method that matters to nobody returns. */
  static @Nullable Object nothing(Method method) {
    Class<?> type = method.getReturnType();
    return type == boolean.class ? (Object) false : type == int.class ? (Object) 0 : null;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws SQLException {
    Object[] arguments = given == null ? new Object[0] : given;
    return switch (method.getName()) {
      case "prepareStatement" ->
          FakeStatement.of((Connection) proxy, session, (String) arguments[0]);
      case "createStatement" -> FakeStatement.of((Connection) proxy, session, "");
      case "createArrayOf" -> array((Object[]) arguments[1]);
      case "setAutoCommit" -> {
        session.autoCommit((Boolean) arguments[0]);
        yield null;
      }
      case "getAutoCommit" -> session.isAutoCommit();
      case "commit" -> {
        session.requireOpen();
        session.commit();
        yield null;
      }
      case "rollback" -> {
        rollBack(arguments);
        yield null;
      }
      case "setSavepoint" -> {
        session.requireOpen();
        yield new Mark(session.transaction().copy());
      }
      case "close" -> {
        session.end();
        yield null;
      }
      case "isClosed" -> session.isClosed();
      case "isValid" -> !session.isClosed();
      case "getTransactionIsolation" -> Connection.TRANSACTION_READ_COMMITTED;
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      case "toString" -> "a session of " + session.machine.name();
      default -> nothing(method);
    };
  }

  private void rollBack(Object[] arguments) throws SQLException {
    if (arguments.length == 0) {
      session.rollBack();
    } else {
      session.requireOpen();
      session.transaction().goBackTo(((Mark) arguments[0]).before());
    }
  }

  static Array array(Object[] values) {
    return proxy(
        Array.class,
        (proxy, method, arguments) ->
            method.getName().equals("getArray") ? values : nothing(method));
  }

  private record Mark(Transaction before) implements Savepoint {
    @Override
    public int getSavepointId() {
      return 0;
    }

    @Override
    public String getSavepointName() {
      return "";
    }
  }
}

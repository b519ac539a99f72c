package dev.reclaim.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.reclaim.policy.DatabaseSettings;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * One database of the policy file behind a pool of connections to its primary.
 *
 * <p>Every session writes keys the same way whatever the defaults of JVM, role or database: UTC,
 * ISO dates, whole floats. Each statement sees what was committed before it, and a table whose rows
 * are partly hidden from us by row security is an error: a reference that cannot be seen would be
 * one that is not there.
 */
public final class Database implements AutoCloseable {
  private static final String SESSION =
      "SET TIME ZONE 'UTC'; SET DateStyle = ISO; SET IntervalStyle = postgres;"
          + " SET extra_float_digits = 1; SET bytea_output = hex; SET standard_conforming_strings = on;"
          + " SET default_transaction_isolation = 'read committed'; SET row_security = off";
  private static final int CONNECT_TIMEOUT_MS = 10_000;

  private final DatabaseSettings settings;
  private final DataSource source;
  private final Runnable closing;
  private final Jdbi jdbi;

  private Database(DatabaseSettings settings, DataSource source, Runnable closing) {
    this.settings = settings;
    this.source = source;
    this.closing = closing;
    this.jdbi = Jdbi.create(source);
  }

  /** A database behind sessions of somebody else's, who also prepares and closes them. */
  public static Database over(DatabaseSettings settings, DataSource sessions) {
    return new Database(settings, sessions, () -> {});
  }

  /**
   * Opens a pool and tries it.
   *
   * @param connectionsMax most connections at a time
   * @throws UnusableDatabaseException when the database cannot be reached or refuses us
   */
  static Database open(DatabaseSettings settings, int connectionsMax, String applicationName) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("reclaim-" + settings.name());
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.user());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(connectionsMax);
    config.setMinimumIdle(0);
    config.setIdleTimeout(60_000);
    config.setConnectionTimeout(CONNECT_TIMEOUT_MS);
    config.setInitializationFailTimeout(1);
    config.setConnectionInitSql(SESSION);
    config.addDataSourceProperty("ApplicationName", applicationName);
    config.addDataSourceProperty("targetServerType", "primary");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "120");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    HikariDataSource pool = pool(settings, config);
    return new Database(settings, pool, pool::close);
  }

  private static HikariDataSource pool(DatabaseSettings settings, HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw unusable(settings, reason(e), e);
    } catch (RuntimeException e) {
      throw unusable(settings, "its url is no address of a database", e);
    }
  }

  private static UnusableDatabaseException unusable(
      DatabaseSettings settings, String reason, Exception e) {
    return new UnusableDatabaseException(settings, reason, e);
  }

  /** The deepest word of the database or its driver; what is said around it is noise. */
  static String reason(Exception e) {
    String message = String.valueOf(e.getMessage());
    for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException && cause.getMessage() != null) {
        message = cause.getMessage();
      }
    }
    if (message.startsWith("Could not find a server with specified targetServerType")) {
      return "it takes no changes, being a replica or read-only: name the primary";
    }
    return message.lines().findFirst().orElse("no reason given").replaceAll("\\.$", "");
  }

  public String name() {
    return settings.name();
  }

  /** How long its ledger is kept. */
  public Duration keepLedger() {
    return settings.keepLedger();
  }

  /** For libraries that want a data source; the pool stays ours. */
  public DataSource dataSource() {
    return source;
  }

  public Jdbi jdbi() {
    return jdbi;
  }

  /** Work that speaks JDBC. */
  @FunctionalInterface
  public interface SqlWork<T> {
    T with(Handle handle) throws SQLException;
  }

  /**
   * Does work in one transaction, committed when it returns and rolled back when it throws.
   *
   * @throws DatabaseException in place of an {@link SQLException}
   */
  public <T> T inTransaction(SqlWork<T> work) {
    try {
      return jdbi.inTransaction(work::with);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /**
   * Does work in a session and transaction of its own, also from within another transaction of this
   * thread, of which it sees nothing.
   *
   * @throws DatabaseException in place of an {@link SQLException}
   */
  public <T> T aside(SqlWork<T> work) {
    try (Handle handle = jdbi.open()) {
      return handle.inTransaction(work::with);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  @Override
  public void close() {
    closing.run();
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}

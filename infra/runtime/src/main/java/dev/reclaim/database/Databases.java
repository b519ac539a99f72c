package dev.reclaim.database;

import dev.reclaim.policy.DatabaseSettings;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** All databases of a policy file, open and with Reclaim's schema in place. */
public final class Databases implements AutoCloseable {
  private static final String SCHEMA = "reclaim";
  private static final String ALLOWED =
      """
      SELECT to_regnamespace('reclaim') IS NOT NULL
          OR has_database_privilege(current_database(), 'CREATE')
      """;

  private final Map<String, Database> databases = new LinkedHashMap<>();

  private Databases() {}

  /** Databases that are open, with Reclaim's schema in place. */
  public static Databases of(Collection<Database> open) {
    Databases all = new Databases();
    open.forEach(database -> all.databases.put(database.name(), database));
    return all;
  }

  /**
   * Opens every database of the file and brings Reclaim's schema there up to date.
   *
   * @param connectionsMax most connections to each database at a time
   * @throws UserException when one cannot be reached or its schema cannot be made
   */
  public static Databases open(PolicyFile file, int connectionsMax, String applicationName) {
    Databases opened = connect(file, connectionsMax, applicationName);
    try {
      opened.databases.values().parallelStream().forEach(Databases::migrate);
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Opens those databases of the file that can be reached, side by side, and changes nothing there.
   *
   * @param unusable hears of each of the others
   */
  public static Databases reach(
      PolicyFile file,
      int connectionsMax,
      String applicationName,
      Consumer<UnusableDatabaseException> unusable) {
    Map<String, Database> reached = new ConcurrentHashMap<>();
    Queue<UnusableDatabaseException> failed = new ConcurrentLinkedQueue<>();
    file.databases().values().parallelStream()
        .forEach(
            settings -> {
              try {
                reached.put(
                    settings.name(), Database.open(settings, connectionsMax, applicationName));
              } catch (UnusableDatabaseException e) {
                failed.add(e);
              }
            });
    failed.forEach(unusable);
    Databases opened = new Databases();
    for (String name : file.databases().keySet()) {
      Optional.ofNullable(reached.get(name)).ifPresent(it -> opened.databases.put(name, it));
    }
    return opened;
  }

  /** Opens every database of the file and changes nothing there. */
  public static Databases connect(PolicyFile file, int connectionsMax, String applicationName) {
    Databases opened = new Databases();
    try {
      for (DatabaseSettings settings : file.databases().values()) {
        opened.databases.put(
            settings.name(), Database.open(settings, connectionsMax, applicationName));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** The database of that name, which the policy file is known to have. */
  public Database get(String name) {
    @Nullable Database database = databases.get(name);
    if (database == null) {
      throw new IllegalArgumentException("no database " + name);
    }
    return database;
  }

  public Iterable<Database> all() {
    return databases.values();
  }

  private static void migrate(Database database) {
    try {
      requireSchema(database);
      Flyway.configure()
          .dataSource(database.dataSource())
          .schemas(SCHEMA)
          .defaultSchema(SCHEMA)
          .table("schema_history")
          .locations("classpath:dev/reclaim/database/migration")
          .load()
          .migrate();
      prepareLedger(database);
    } catch (FlywayException | JdbiException e) {
      throw unprepared(database, Database.reason(e), e);
    }
  }

  /**
   * Makes the partitions of the ledger that the days to come need; to be called at least once a
   * month.
   */
  public static void prepareLedger(Database database) {
    database.jdbi().useHandle(handle -> handle.execute("SELECT reclaim.prepare_ledger()"));
  }

  /** Asks first: Flyway tries for 10 s what the role may not do. */
  private static void requireSchema(Database database) {
    boolean allowed =
        database
            .jdbi()
            .withHandle(handle -> handle.createQuery(ALLOWED).mapTo(Boolean.class).one());
    if (!allowed) {
      throw unprepared(database, "permission denied", null);
    }
  }

  private static UserException unprepared(
      Database database, String reason, @Nullable Exception cause) {
    return new UserException(
        Kind.FAILED,
        "The schema reclaim in the %s cannot be made or brought up to date: %s. The role needs CREATE on the database, once."
            .formatted(database, reason),
        cause);
  }

  @Override
  public void close() {
    databases.values().forEach(Database::close);
  }
}

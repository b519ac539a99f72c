package dev.reclaim.database;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.policy.DatabaseSettings;
import dev.reclaim.policy.Places;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@RequiresServers
class DatabasesIT {
  private final TestDatabase test;

  DatabasesIT(TestDatabase test) {
    this.test = test;
  }

  @Test
  @Timeout(value = 20)
  void saysInOneLineWhyADatabaseCannotBeUsed() throws Exception {
    // Given
    String server = test.jdbcUrl().replaceFirst("/[^/]*$", "/");
    Map<DatabaseSettings, String> wrong =
        Map.of(
            new DatabaseSettings("main", test.jdbcUrl(), test.user(), "wrong"),
            "password authentication failed",
            new DatabaseSettings("main", "jdbc:postgresql://localhost:1/app", "me", "secret"),
            "refused",
            new DatabaseSettings("main", server + "nowhere", test.user(), test.password()),
            "\"nowhere\" does not exist",
            new DatabaseSettings("main", "jdbc:postgresql://localhost:port/app", "me", "secret"),
            "no address of a database");

    // When
    ExecutorService threads = Executors.newFixedThreadPool(wrong.size());
    Map<DatabaseSettings, Future<?>> opened =
        wrong.keySet().stream()
            .collect(
                toMap(it -> it, it -> threads.submit(() -> Databases.open(file(it), 1, "test"))));
    threads.shutdown();

    // Then
    assertThat(threads.awaitTermination(12, TimeUnit.SECONDS)).isTrue();
    wrong.forEach(
        (settings, reason) ->
            assertThatThrownBy(() -> requireNonNull(opened.get(settings)).get())
                .cause()
                .isInstanceOf(UserException.class)
                .message()
                .startsWith("The database main (" + settings.url() + " as " + settings.user())
                .contains(reason)
                .contains("Check address, user and password")
                .doesNotContain("secret")
                .hasLineCount(1));
  }

  @Test
  void migratesFromSeveralProcessesAtOnce() throws Exception {
    // Given
    Callable<Databases> process = () -> Databases.open(file(settings()), 2, "test");

    // When
    ExecutorService processes = Executors.newFixedThreadPool(4);
    List<Future<Databases>> opened =
        processes.invokeAll(List.of(process, process, process, process));
    processes.shutdown();

    // Then
    for (Future<Databases> each : opened) {
      try (Databases databases = each.get()) {
        assertThat(
                one(databases, "SELECT count(*) FROM reclaim.schema_history WHERE version = '1'"))
            .isEqualTo("1");
      }
    }
  }

  @Test
  void migratesTwiceWithoutLoss() {
    // Given
    try (Databases databases = open()) {
      execute(
          databases,
          "INSERT INTO reclaim.reference_count (policy, source, refs) VALUES ('p', 's', 7)");
    }

    // When
    try (Databases again = open()) {
      // Then
      assertThat(one(again, "SELECT refs FROM reclaim.reference_count")).isEqualTo("7");
    }
  }

  @Test
  void pinsWhatRoleAndDatabaseHaveOtherwise() throws SQLException {
    // Given
    Map<String, String> pinned =
        Map.of(
            "TimeZone", "UTC",
            "DateStyle", "ISO, MDY",
            "IntervalStyle", "postgres",
            "extra_float_digits", "1",
            "bytea_output", "hex",
            "standard_conforming_strings", "on",
            "default_transaction_isolation", "read committed",
            "row_security", "off");
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      for (String other :
          List.of(
              "TimeZone = 'Asia/Kolkata'",
              "DateStyle = 'SQL, MDY'",
              "IntervalStyle = 'iso_8601'",
              "extra_float_digits = -3",
              "bytea_output = 'escape'",
              "standard_conforming_strings = off",
              "default_transaction_isolation = 'repeatable read'",
              "row_security = on")) {
        statement.execute("ALTER DATABASE " + connection.getCatalog() + " SET " + other);
      }
    }

    // When
    try (Databases databases = open()) {
      // Then
      assertThat(
              pinned.keySet().stream().collect(toMap(it -> it, it -> one(databases, "SHOW " + it))))
          .isEqualTo(pinned);
    }
  }

  @Test
  void failsRatherThanSeeOnlyTheRowsThatRowSecurityShows() throws SQLException {
    // Given
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE ROLE narrow_%1$s LOGIN PASSWORD 'narrow'".formatted(connection.getCatalog()));
      statement.execute("CREATE TABLE asset (id int); INSERT INTO asset VALUES (1)");
      statement.execute("ALTER TABLE asset ENABLE ROW LEVEL SECURITY");
      statement.execute("GRANT SELECT ON asset TO narrow_" + connection.getCatalog());
    }
    String role = "narrow_" + test.jdbcUrl().replaceFirst(".*/([^/?]*).*", "$1");

    // When
    try (Databases databases =
        Databases.connect(
            file(new DatabaseSettings("main", test.jdbcUrl(), role, "narrow")), 1, "test")) {
      // Then
      assertThatThrownBy(() -> one(databases, "SELECT count(*) FROM asset"))
          .hasMessageContaining("row-level security policy for table \"asset\"");
    }
  }

  @Test
  void saysThatTheRoleMayNotMakeTheSchema() throws SQLException {
    // Given
    String role;
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      role = "poor_" + connection.getCatalog();
      statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'poor'");
    }
    PolicyFile file = file(new DatabaseSettings("main", test.jdbcUrl(), role, "poor"));

    // Then
    assertThatThrownBy(() -> Databases.open(file, 1, "test"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("cannot be made or brought up to date: permission denied")
        .hasMessageContaining("The role needs CREATE on the database, once.")
        .message()
        .hasLineCount(1);
  }

  @Test
  void keepsAPartitionForEachMonthFromTheFloorToTheNext() {
    try (Databases databases = open()) {
      // Given
      YearMonth floor =
          YearMonth.from(LocalDate.parse(one(databases, "SELECT floor FROM reclaim.ledger_floor")));
      YearMonth next =
          YearMonth.from(LocalDate.parse(one(databases, "SELECT now()::date"))).plusMonths(1);

      // Then
      assertThat(partitions(databases))
          .isEqualTo(
              Stream.iterate(floor, it -> !it.isAfter(next), it -> it.plusMonths(1))
                  .map("reclaim.ledger_%1$tY_%1$tm"::formatted)
                  .toList());
      assertThat(floor).isBefore(next.minusMonths(13));
    }
  }

  @Test
  void readsEveryView() {
    try (Databases databases = open()) {
      for (String view : List.of("run_history", "cleanup_statistics", "policy_status")) {
        assertThat(one(databases, "SELECT count(*) FROM reclaim." + view)).isEqualTo("0");
      }
    }
  }

  private Databases open() {
    return Databases.open(file(settings()), 2, "test");
  }

  private DatabaseSettings settings() {
    return new DatabaseSettings("main", test.jdbcUrl(), test.user(), test.password());
  }

  private static PolicyFile file(DatabaseSettings settings) {
    return new PolicyFile(
        "p.yaml",
        Map.of("main", settings),
        Map.of(),
        List.of(),
        Map.of(),
        Places.unknown("p.yaml"));
  }

  private static List<String> partitions(Databases databases) {
    return databases
        .get("main")
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT inhrelid::regclass::text FROM pg_inherits"
                            + " WHERE inhparent = 'reclaim.ledger'::regclass ORDER BY 1")
                    .mapTo(String.class)
                    .list());
  }

  private static String one(Databases databases, String sql) {
    return databases
        .get("main")
        .jdbi()
        .withHandle(handle -> handle.createQuery(sql).mapTo(String.class).one());
  }

  private static void execute(Databases databases, String sql) {
    databases.get("main").jdbi().useHandle(handle -> handle.execute(sql));
  }
}

package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.planner.scan.RowPreview;
import dev.reclaim.planner.scan.RowScan;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.rows.LinkedFileClaims;
import dev.reclaim.worker.rows.RowCleanup;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What planner and worker make of each thing that a row policy may say. Every row is named for what
 * has to become of it: {@code go}, {@code stay} (not even claimed), {@code guarded} (expired, but
 * kept by something), {@code undated} (stays and is reported), {@code held} (by a foreign key, so
 * that it is not even claimed), {@code refused} (claimed, and not given up by the database).
 *
 * <p>The planner has to claim exactly what goes or is refused. The worker is then sent a claim of
 * all rows there are, with a cutoff in the far future, and has to leave the same rows.
 *
 * <p>JVM, role and database have defaults that would spoil keys if anything relied on them.
 */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RowLanguageIT {
  private static final String HOSTILE_DEFAULTS =
      """
      DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %1$I SET timezone = ''Asia/Kathmandu''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET datestyle = ''SQL, DMY''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET intervalstyle = ''sql_standard''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET bytea_output = ''escape''', current_database());
        EXECUTE format('ALTER DATABASE %1$I SET extra_float_digits = ''-10''', current_database());
      END $$;
      CREATE EXTENSION IF NOT EXISTS citext
      """;

  /** Tables of the application; what only inherits is another table, a partition is not. */
  private static final String NAMED =
      """
      SELECT format('SELECT %L || name FROM %s %I.%I', n.nspname || '.' || c.relname || ' ',
                    CASE c.relkind WHEN 'r' THEN 'ONLY' END, n.nspname, c.relname)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname LIKE 's%' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'name')
      """;

  private final TimeZone zone = TimeZone.getDefault();
  private final TestDatabase server;
  private final Connection session;
  private final Databases databases;

  RowLanguageIT(TestDatabase server) throws SQLException {
    this.server = server;
    this.session = server.connect();
    execute(HOSTILE_DEFAULTS);
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
    this.databases =
        Databases.open(file("table: main.s.thing\nexpire: { after: 30d, by: at }"), 4, "test");
  }

  @BeforeAll
  void speakPlainly() throws SQLException {
    execute(
        "SET timezone = 'UTC'; SET datestyle = ISO; SET client_min_messages = error; SET search_path = s, public");
  }

  @AfterAll
  void close() throws SQLException {
    TimeZone.setDefault(zone);
    databases.close();
    session.close();
  }

  static Stream<RowCase> cases() {
    return Stream.of(
            RowCases.EXPIRY, RowCases.KEYS, RowCases.KEPT, RowCases.REFUSED, RowCases.FAMILIES)
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void doesToEachRowWhatItIsNamedFor(RowCase it) throws SQLException {
    // Given
    execute(
        "DROP SCHEMA IF EXISTS s CASCADE; DROP SCHEMA IF EXISTS s2 CASCADE; DROP SCHEMA IF EXISTS s3 CASCADE; CREATE SCHEMA s; CREATE SCHEMA s2");
    execute(it.tables());
    RowTarget target =
        Objects.requireNonNull(RowTargets.resolve(file(it.policy()), databases).get("p"));
    Map<List<String>, String> rows = rows(target);
    List<String> before = named();
    assertThat(before).anyMatch(name -> name.contains(" go"));

    // When
    Found found = plan(target);
    RowPreview.Size forecast = new RowPreview(databases.get("main"), target).size(found.keys());
    CleanupOutcome outcome = carryOut(target, new ArrayList<>(rows.keySet()));

    // Then
    assertThat(found.keys().stream().map(rows::get))
        .as("claimed by the planner")
        .containsExactlyInAnyOrderElementsOf(
            rows.values().stream()
                .filter(name -> name.startsWith("go") || name.startsWith("refused"))
                .toList());
    assertThat(found.guarded()).as("guarded").isEqualTo(count(rows, "guarded"));
    assertThat(found.undated()).as("undated").isEqualTo(count(rows, "undated"));
    assertThat(found.refused()).as("held").isEqualTo(count(rows, "held"));
    assertThat(named())
        .as("what is left, %s", outcome.notes())
        .isEqualTo(before.stream().filter(name -> !name.contains(" go")).toList());
    OutcomeCounts counts = outcome.counts();
    assertThat(
            Map.of(
                "go", counts.deleted(), "guarded", counts.guarded(), "refused", counts.refused()))
        .as("counts, %s", outcome.notes())
        .isEqualTo(
            Map.of(
                "go", count(rows, "go"),
                "guarded", count(rows, "guarded"),
                "refused", count(rows, "refused") + count(rows, "held")));
    assertThat(outcome.reclaimed().rows())
        .as("rows and children")
        .isEqualTo(before.stream().filter(name -> name.contains(" go")).count());
    if (counts.refused() == 0) {
      assertThat(List.of(forecast.rows(), forecast.bytes()))
          .as("forecast")
          .isEqualTo(List.of(outcome.reclaimed().rows(), outcome.reclaimed().bytes()));
    }
    assertThat(String.join("; ", outcome.notes())).contains(it.note());
  }

  /** What the planner has found. */
  private record Found(List<List<String>> keys, long guarded, long undated, long refused) {}

  private Found plan(RowTarget target) {
    List<List<String>> keys = new ArrayList<>();
    long guarded = 0;
    long undated = 0;
    long refused = 0;
    try (RowScan scan = new RowScan(databases.get("main"), target, "run", Instant.now())) {
      String position = Scan.START;
      for (boolean last = false; !last; ) {
        Scan.Batch batch = scan.next(position);
        batch.claims().forEach(claim -> keys.addAll(((ExpiredRecords) claim).keys()));
        guarded += batch.guarded();
        undated += batch.undated();
        refused += batch.refused();
        position = batch.position();
        last = batch.last();
      }
    }
    return new Found(keys, guarded, undated, refused);
  }

  private CleanupOutcome carryOut(RowTarget target, List<List<String>> keys) {
    ExpiredRecords claim =
        new ExpiredRecords("p", null, Instant.parse("9999-01-01T00:00:00Z"), keys);
    ReceivedClaim received =
        new ReceivedClaim(
            new EventIdentity(
                "forger", UUID.randomUUID().toString(), LocalDate.now(ZoneOffset.UTC)),
            claim,
            ClaimId.digest(EventCodec.encode(claim)));
    LinkedFileClaims files =
        new LinkedFileClaims(target.policy(), (store, text) -> Optional.empty());
    return new RowCleanup(databases.get("main"), target, files, "tester")
        .carryOut(received, claim, 1)
        .settled()
        .get(0)
        .outcome();
  }

  /** Name of each row by its key. */
  private Map<List<String>, String> rows(RowTarget target) throws SQLException {
    int width = target.shape().primaryKey().size();
    Map<List<String>, String> rows = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    databases
        .get("main")
        .inTransaction(
            handle -> {
              try (Statement statement = handle.getConnection().createStatement();
                  ResultSet row =
                      statement.executeQuery(
                          "SELECT %s, name FROM %s"
                              .formatted(target.shape().keyTexts(), target.shape().from()))) {
                while (row.next()) {
                  List<String> key = new ArrayList<>();
                  for (int i = 1; i <= width; i++) {
                    key.add(row.getString(i));
                  }
                  rows.put(key, row.getString(width + 1));
                }
              }
              return rows;
            });
    return rows;
  }

  private List<String> named() throws SQLException {
    TreeSet<String> names = new TreeSet<>();
    for (String query : texts(NAMED)) {
      List<String> found = texts(query);
      found.forEach(name -> assertThat(names.add(name)).as(name).isTrue());
    }
    return List.copyOf(names);
  }

  private static long count(Map<List<String>, String> rows, String prefix) {
    return rows.values().stream().filter(name -> name.startsWith(prefix)).count();
  }

  private PolicyFile file(String policy) {
    String text =
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        policies:
          - name: p
        %s"""
            .formatted(server.jdbcUrl(), server.user(), policy.indent(4));
    return PolicyFileReader.read("p.yaml", text, name -> server.password());
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}

package dev.reclaim.worker.rows;

import static dev.reclaim.worker.Outcomes.counts;
import static dev.reclaim.worker.TestSystem.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.FollowUp;
import dev.reclaim.worker.ledger.Settled;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every case has a schema of its own, {@code shop}, with a table of items. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RowCleanupIT {
  private static final String ITEM = "id, kind, note, made";
  private static final Instant NOW = Instant.now();

  private final TestSystem system;
  private final Databases databases;

  RowCleanupIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @AfterAll
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @BeforeEach
  void shop() throws SQLException {
    system.clean("shop");
    system.execute(
        """
        CREATE TABLE shop.item (id bigint PRIMARY KEY, kind text, note text, made timestamptz);
        CREATE FUNCTION shop.add(id bigint, age interval, kind text DEFAULT 'x', note text DEFAULT 'some note')
        RETURNS void LANGUAGE sql AS 'INSERT INTO shop.item VALUES (id, kind, note, now() - age)'
        """);
  }

  @Test
  void deletesExactlyWhatIsDueWithItsExactBytes() throws SQLException {
    // Given
    system.execute(
        """
        SELECT shop.add(1, '31 days', 'x', NULL);
        INSERT INTO shop.item SELECT 2, 'x', string_agg(md5(n::text), ''), now() - interval '1 year'
          FROM generate_series(1, 1000) n;
        INSERT INTO shop.item VALUES (3, 'x', repeat('easily compressed ', 5000), '2001-01-01'),
          (4, 'x', 'n', NULL), (5, 'x', 'n', 'infinity'), (6, 'x', 'n', '-infinity');
        SELECT shop.add(7, '29 days 23:59:59'), shop.add(8, '-1 days'), shop.add(9, '40 days')
        """);
    long bytes = system.bytes("shop.item", ITEM, "id <= 3");

    // When
    ReceivedClaim claim = claim("1", "2", "3", "4", "5", "6", "7", "8", "404");
    CleanupOutcome outcome = settled(items(), claim, 3).outcome();

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 3L, "changed", 5L, "missing", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(3, 0, bytes));
    assertThat(outcome.children()).isEqualTo(Reclaimed.NOTHING);
    assertThat(outcome.event()).isEqualTo(claim.identity());
    assertThat(outcome.attempts()).isEqualTo(3);
    assertThat(outcome.notes())
        .containsExactly(
            "5 kept, not due by the policy: renewed, or never expired", "1 already gone");
    assertThat(system.ids("shop.item")).containsExactly("4", "5", "6", "7", "8", "9");
    assertThat(ledger(claim, "rows || ' ' || files || ' ' || bytes || ' ' || kind"))
        .isEqualTo("3 0 " + bytes + " expired-records");
  }

  @Test
  void countsARowsBytesAsTheyAreStoredWhateverTheTypes() throws SQLException {
    system.execute(
        """
        ALTER TABLE shop.item ADD doc jsonb, ADD tags text[], ADD n numeric, ADD dropped text,
          ADD twice text GENERATED ALWAYS AS (note || note) STORED,
          ADD seen int GENERATED ALWAYS AS (length(note)) VIRTUAL;
        ALTER TABLE shop.item DROP dropped;
        INSERT INTO shop.item VALUES (1, 'x', 'y', '2001-01-01', '{"a": [1, 2]}', '{a,NULL}', 1.50)
        """);
    long bytes = system.bytes("shop.item", ITEM + ", doc, tags, n, twice", "true");
    assertThat(carryOut(items(), "1").reclaimed().bytes()).isEqualTo(bytes);
  }

  @Test
  void keepsRowThatWasRenewedAfterPlanning() throws SQLException {
    // Given: planned as expired, then used again
    system.execute("SELECT shop.add(1, '40 days'), shop.add(2, '40 days')");
    system.execute("UPDATE shop.item SET made = now() WHERE id = 1");

    // When
    CleanupOutcome outcome = carryOut(items(), "1", "2");

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "changed", 1L));
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "timestamptz   |          | '2026-01-01 00:00:00+00' | true",
        "timestamptz(3)|          | '2026-01-01 00:00:00+00' | true",
        "timestamp     | UTC      | localtimestamp - interval '30 days 2 minutes' | true",
        "timestamp     | UTC      | localtimestamp - interval '30 days' + interval '2 minutes' | false",
        "timestamp     | Etc/GMT+3| localtimestamp - interval '30 days 3 hours 2 minutes' | true",
        "timestamp     | Etc/GMT+3| localtimestamp - interval '30 days 2 hours 58 minutes' | false",
        "date          | UTC      | current_date - 31        | true",
        "date          | UTC      | current_date - 30        | false",
        "date          | UTC      | 'infinity'               | false",
        "timestamp     | UTC      | '-infinity'              | false",
      })
  void readsTheAgeOfARowByItsType(String type, String zone, String made, boolean expired)
      throws SQLException {
    // Given
    system.execute(
        """
        SET TIME ZONE 'UTC';
        ALTER TABLE shop.item DROP made, ADD made %s;
        INSERT INTO shop.item (id, made) VALUES (1, %s)
        """
            .formatted(type, made));
    String expire = "{ after: P30D, by: made" + (zone == null ? " }" : ", zone: " + zone + " }");

    // When
    CleanupOutcome outcome =
        carryOut(policy("shop.item", expire), key("9999-12-31T00:00:00Z", "1"));

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of(expired ? "deleted" : "changed", 1L));
  }

  @Test
  void keepsWhatWhereLeavesOut() throws SQLException {
    system.execute(
        """
        SELECT shop.add(1, '40 days', 'temporary'), shop.add(2, '40 days', 'session'''),
          shop.add(3, '40 days', 'preference'), shop.add(4, '40 days', NULL)
        """);
    RowCleanup some = items("where: { kind: [temporary, \"session'\"] }");
    assertThat(counts(carryOut(some, "1", "2", "3", "4")))
        .isEqualTo(Map.of("deleted", 2L, "changed", 2L));
    assertThat(system.ids("shop.item")).containsExactly("3", "4");
  }

  @Test
  void keepsWhatKeepNamesOrCannotDecide() throws SQLException {
    system.execute(
        """
        SELECT shop.add(1, '40 days', 'a'), shop.add(2, '40 days', 'b'), shop.add(3, '40 days', NULL)
        """);
    assertThat(counts(carryOut(items("keep: { kind: b }"), "1", "2", "3")))
        .isEqualTo(Map.of("deleted", 1L, "changed", 2L));
    assertThat(system.ids("shop.item")).containsExactly("2", "3");
  }

  @Test
  void takesExpressionsWithOperatorsThatLookLikeParameters() throws SQLException {
    system.execute(
        """
        ALTER TABLE shop.item ADD doc jsonb;
        SELECT shop.add(1, '40 days'), shop.add(2, '40 days'), shop.add(3, '40 days');
        UPDATE shop.item SET doc = '{"done?": 1}' WHERE id <= 2;
        UPDATE shop.item SET doc = doc || '{"pinned": 1}' WHERE id = 2
        """);
    RowCleanup done = items("where: \"doc ? 'done?'\"", "keep: \"item.doc ?| array['pinned']\"");
    assertThat(counts(carryOut(done, "1", "2", "3")))
        .isEqualTo(Map.of("deleted", 1L, "changed", 2L));
    assertThat(system.ids("shop.item")).containsExactly("2", "3");
  }

  @Test
  void keepsWhatSomethingRefersTo() throws SQLException {
    // Given
    system.execute(
        """
        CREATE TABLE shop.asset (meta jsonb); CREATE TABLE shop.pin (item bigint);
        SELECT shop.add(1, '40 days'), shop.add(2, '40 days'), shop.add(3, '40 days');
        INSERT INTO shop.asset VALUES ('{"item": "1"}'), ('{}'), (NULL);
        INSERT INTO shop.pin VALUES (3), (NULL)
        """);
    RowCleanup guarded =
        items(
            "protect:",
            "  - { table: main.shop.asset, match: \"asset.meta->>'item' = item.id::text\" }",
            "  - { table: main.shop.pin, match: \"pin.item = item.id\" }");

    // When
    CleanupOutcome outcome = carryOut(guarded, "1", "2", "3");

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "protected", 2L));
    assertThat(outcome.notes()).containsExactly("2 kept, something refers to it");
    assertThat(system.ids("shop.item")).containsExactly("1", "3");
  }

  @Test
  void keepsTheNewestOfEachGroupWhereNothingElseProtects() throws SQLException {
    system.execute(
        """
        SELECT shop.add(1, '40 days', 'x'), shop.add(2, '41 days', 'x'), shop.add(3, '42 days', 'y'),
               shop.add(4, '43 days', 'x')
        """);

    CleanupOutcome outcome =
        carryOut(items("keep-newest: { n: 1, per: kind, by: made }"), "1", "2", "3", "4");

    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L, "protected", 2L));
    assertThat(system.ids("shop.item")).containsExactly("1", "3");
  }

  @Test
  void deletesNoMoreThanThePolicyAllowsForAForgedCutoff() throws SQLException {
    system.execute("SELECT shop.add(1, '31 days'), shop.add(2, '29 days'), shop.add(3, '0 days')");
    CleanupOutcome outcome = carryOut(items(), key("9999-12-31T23:59:59Z", "1", "2", "3"));
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "changed", 2L));
    assertThat(system.ids("shop.item")).containsExactly("2", "3");
  }

  @Test
  void deletesNoMoreThanTheClaimSays() throws SQLException {
    system.execute("SELECT shop.add(1, '31 days'), shop.add(2, '50 days')");
    Instant cutoff = NOW.minus(Duration.ofDays(40));
    CleanupOutcome outcome = carryOut(items(), key(cutoff.toString(), "1", "2"));
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "changed", 1L));
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @Test
  void refusesACutoffThatIsNoTime() throws SQLException {
    system.execute("SELECT shop.add(1, '31 days')");
    for (Instant cutoff : List.of(Instant.MAX, Instant.MIN)) {
      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> carryOut(items(), key(cutoff.toString(), "1")))
          .matches(e -> SqlFailure.of(e) == SqlFailure.DATA);
    }
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @Test
  void countsAKeyThatIsSpelledTwiceOnce() throws SQLException {
    system.execute("SELECT shop.add(1, '40 days')");
    CleanupOutcome outcome = carryOut(items(), "1", "01", " 1 ", "1", "2", "+2");
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "missing", 1L));
  }

  @Test
  void passesOverLockedRowsWithoutWaiting() throws SQLException {
    // Given
    system.execute("SELECT shop.add(n, '40 days') FROM generate_series(1, 100) n");
    try (Connection other =
        system.begin(
            "SELECT FROM shop.item WHERE id <= 90 FOR UPDATE; UPDATE shop.item SET note = 'new' WHERE id = 91")) {
      // When
      String[] ids =
          IntStream.rangeClosed(1, 100).mapToObj(Integer::toString).toArray(String[]::new);
      CleanupOutcome outcome = carryOut(items(), ids);

      // Then
      assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 9L, "locked", 91L));
      assertThat(outcome.duration()).isLessThan(Duration.ofSeconds(5));
      other.rollback();
    }
    assertThat(system.number("SELECT count(*) FROM shop.item")).isEqualTo(91);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "bigint           | -9223372036854775808 | 9223372036854775807",
        "uuid             | 7f9c24e8-3b12-4fef-91e0-56a2d5a7cb27 | 7f9c24e8-3b12-4fef-91e0-56a2d5a7cb28",
        "text             | it''s \"quoted\", {braced} \\back\\slash % ? $1 | it''s \"quoted\"",
        "text             | żółć 🦀 e\u0301 | żółć 🦀 \u00e9",
        "varchar(4)       | abcd | abce",
        "char(4)          | ab | abc",
        "timestamptz      | 2020-01-02 03:04:05.123456+00 | 2020-01-02 03:04:05.123457+00",
        "timestamptz      | 0044-03-15 12:00:00+00 BC | 0044-03-15 12:00:00+00",
        "timestamp        | infinity | -infinity",
        "date             | 2020-01-02 | 2020-01-03",
        "interval         | -1 days +02:03:00 | 1 day 02:03:00",
        "bytea            | \\xdeadbeef00 | \\xdeadbeef01",
        "numeric          | 1.10 | 1.11",
        "numeric(9,3)     | 123456.789 | 123456.788",
        "double precision | 0.1 | 0.10000000000000002",
        "real             | 1e-45 | 3e-45",
        "inet             | 10.0.0.1/8 | 10.0.0.1",
        "boolean          | true | false",
        "shop.\"Mood\"    | so so | good",
        "text[]           | {a,\"b,c\"} | {a,b,c}",
        "int4range        | [1,5) | [1,6)",
      })
  void findsTheRowByItsKeyAndNoOther(String type, String key, String other) throws SQLException {
    // Given
    system.execute(
        """
        CREATE TYPE shop."Mood" AS ENUM ('good', 'so so');
        ALTER TABLE shop.item DROP id, ADD id %1$s PRIMARY KEY;
        INSERT INTO shop.item (id, made) VALUES ('%2$s'::%1$s, '2001-01-01'), ('%3$s'::%1$s, '2001-01-01')
        """
            .formatted(
                type,
                key.replace("''", "'").replace("'", "''"),
                other.replace("''", "'").replace("'", "''")));
    List<String> keys =
        databases
            .get("main")
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            "SELECT id::text FROM shop.item ORDER BY id = CAST(:key AS "
                                + type
                                + ") DESC")
                        .bind("key", key.replace("''", "'"))
                        .mapTo(String.class)
                        .list());

    // When
    CleanupOutcome outcome = carryOut(items(), keys.get(0));

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L));
    assertThat(system.ids("shop.item")).hasSize(1);
    assertThat(counts(carryOut(items(), keys.get(1), keys.get(0))))
        .isEqualTo(Map.of("deleted", 1L, "missing", 1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bigint | x",
        "bigint | ''",
        "bigint | 9223372036854775808",
        "bigint | NaN",
        "bigint | 1.0",
        "bigint | 1; DROP TABLE shop.item",
        "int | 2147483648",
        "smallint | -32769",
        "numeric | 1e999999",
        "numeric | 1,5",
        "double precision | 1e400",
        "real | 1e-60",
        "uuid | 1234",
        "date | 5874898-01-01",
        "date | 2020-01-02T25:00:00",
        "timestamptz | 294277-01-01 00:00:00+00",
        "timestamptz | 2020-01-01 00:00:00+99",
        "interval | 1 fortnight and a half",
        "inet | 10.0.0.256",
        "int4range | [2,1]",
        "text[] | {a,{b}",
        "tsquery | a b",
        "date | 2020-02-30",
        "bytea | \\x0",
        "boolean | perhaps",
        "shop.mood | bad",
        "shop.even | 3",
      })
  void refusesATextThatIsNoKey(String type, String key) throws SQLException {
    // Given
    system.execute(
        """
        CREATE TYPE shop.mood AS ENUM ('good');
        CREATE DOMAIN shop.even AS int CHECK (VALUE %% 2 = 0);
        ALTER TABLE shop.item DROP id, ADD id %s PRIMARY KEY
        """
            .formatted(type));
    RowCleanup items = items();
    ReceivedClaim claim = claim(key);

    // When, then
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> settled(items, claim, 1))
        .withMessageStartingWith("a key is no key of main.shop.item")
        .returns(Refusal.WRONG_KEYS, InvalidEventException::refusal);
    assertThat(
            system.number(
                "SELECT count(*) FROM reclaim.ledger WHERE id = '%s'"
                    .formatted(claim.identity().id())))
        .isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "varchar(4)     | abcde",
        "char(2)        | abc",
        "timestamptz(3) | 2020-01-01 00:00:00.1234+00",
        "numeric(4,1)   | 1.23",
        "bit(2)         | 101",
      })
  void bendsNoKeyToAnother(String type, String key) throws SQLException {
    system.execute(
        """
        ALTER TABLE shop.item DROP id, ADD id %1$s PRIMARY KEY;
        INSERT INTO shop.item (id, made) VALUES ('%2$s'::%1$s, '2001-01-01')
        """
            .formatted(type, key));
    assertThat(counts(carryOut(items(), key))).isEqualTo(Map.of("missing", 1L));
    assertThat(counts(carryOut(items(), system.ids("shop.item").get(0))))
        .isEqualTo(Map.of("deleted", 1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "numeric | NaN",
        "numeric | -Infinity",
        "double precision | nan",
        "double precision | -infinity",
        "date | infinity",
        "timestamptz | -infinity",
        "text | NULL",
        "text | %",
        "text | 1 OR 1=1",
        "bytea | \\x",
        "text[] | {NULL}",
      })
  void findsNothingByAKeyOfTheTypeThatNoRowHas(String type, String key) throws SQLException {
    system.execute(
        """
        ALTER TABLE shop.item DROP id, ADD id %1$s PRIMARY KEY;
        INSERT INTO shop.item (id, made) SELECT CASE '%1$s' WHEN 'text' THEN 'a' WHEN 'bytea' THEN '\\x00'
          WHEN 'text[]' THEN '{a}' WHEN 'date' THEN '2020-01-02' WHEN 'timestamptz' THEN '2020-01-02' ELSE '1' END::%1$s,
          '2001-01-01'
        """
            .formatted(type));

    assertThat(counts(carryOut(items(), key))).isEqualTo(Map.of("missing", 1L));
    assertThat(system.ids("shop.item")).hasSize(1);
  }

  @Test
  void refusesKeysOfAnotherWidth() {
    ReceivedClaim claim = received(new ExpiredRecords("p", null, NOW, List.of(List.of("1", "2"))));
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> settled(items(), claim, 1))
        .withMessageContaining("a key of main.shop.item has 1 columns, the event's keys have 2");
  }

  @Test
  void findsRowsByAKeyOfSeveralColumnsInTheKeysOwnOrder() throws SQLException {
    system.execute(
        """
        CREATE TABLE shop.line (note text, pos int, made timestamptz, bill text, PRIMARY KEY (bill, pos));
        INSERT INTO shop.line VALUES ('', 1, '2001-01-01', 'a'), ('', 2, '2001-01-01', 'a'), ('', 1, '2001-01-01', 'b')
        """);
    ReceivedClaim claim =
        received(new ExpiredRecords("p", null, NOW, List.of(List.of("a", "1"), List.of("b", "2"))));
    CleanupOutcome outcome = settled(policy("shop.line"), claim, 1).outcome();
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "missing", 1L));
    assertThat(system.texts("SELECT bill || pos FROM shop.line ORDER BY 1"))
        .containsExactly("a2", "b1");
  }

  @Test
  void deletesChildrenFirstAndCountsThemApart() throws SQLException {
    // Given: two levels of cascades, a declared child with a plain key, one without any key
    family();
    system.execute(
        """
        CREATE TABLE shop.log (id int PRIMARY KEY, item bigint NOT NULL REFERENCES shop.item, text text);
        CREATE INDEX ON shop.log (item);
        CREATE TABLE shop.soft (item bigint, text text);
        INSERT INTO shop.log SELECT n, 1 + n % 3, repeat('l', n) FROM generate_series(1, 9) n;
        INSERT INTO shop.soft SELECT 1 + n % 3, repeat('s', n) FROM generate_series(1, 6) n
        """);
    RowCleanup withChildren =
        items(
            "children:",
            "  - { table: main.shop.log, column: item }",
            "  - { table: main.shop.soft, column: item }");
    long children =
        system.bytes("shop.part", "id, item, text", "item <> 3")
            + system.bytes(
                "shop.screw", "part, text", "part IN (SELECT id FROM shop.part WHERE item <> 3)")
            + system.bytes("shop.log", "id, item, text", "item <> 3")
            + system.bytes("shop.soft", "item, text", "item <> 3");
    long parents = system.bytes("shop.item", ITEM, "id <> 3");

    // When
    CleanupOutcome outcome = carryOut(withChildren, "1", "2");

    // Then: per item 2 parts, 4 screws, 3 logs, 2 without a key
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L));
    assertThat(outcome.children()).isEqualTo(new Reclaimed(22, 0, children));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(24, 0, parents + children));
    assertThat(system.ids("shop.item")).containsExactly("3");
    assertThat(
            system.texts(
                "SELECT DISTINCT item FROM (TABLE shop.soft UNION ALL SELECT item, text FROM shop.log UNION ALL SELECT item, text FROM shop.part) all_of_them"))
        .containsExactly("3");
    assertThat(system.number("SELECT count(*) FROM shop.screw")).isEqualTo(4);
  }

  @Test
  void leavesAParentWhoseChildIsLockedAndDeletesTheOthers() throws SQLException {
    // Given
    family();
    try (Connection other = system.begin("UPDATE shop.screw SET text = 'x' WHERE part = 4")) {
      // When
      CleanupOutcome outcome = carryOut(items(), "1", "2", "3");

      // Then: part 4 belongs to item 2
      assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L, "locked", 1L));
      assertThat(outcome.children().rows()).isEqualTo(2 * (2 + 4));
      other.commit();
    }
    assertThat(system.ids("shop.item")).containsExactly("2");
    assertThat(system.number("SELECT count(*) FROM shop.screw")).isEqualTo(4);
  }

  @Test
  void leavesWhatAnotherTableHoldsAndSaysWhoItIs() throws SQLException {
    // Given
    system.execute(
        """
        SELECT shop.add(n, '40 days') FROM generate_series(1, 20) n;
        CREATE TABLE shop.invoice (item bigint CONSTRAINT invoice_needs_item REFERENCES shop.item ON DELETE RESTRICT);
        CREATE TABLE shop.late (item bigint CONSTRAINT late_needs_item REFERENCES shop.item DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO shop.invoice VALUES (7), (20); INSERT INTO shop.late VALUES (8)
        """);

    // When
    String[] ids = IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toArray(String[]::new);
    CleanupOutcome outcome = carryOut(items(), ids);

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 17L, "refused", 3L));
    assertThat(outcome.notes()).hasSize(2);
    assertThat(outcome.notes())
        .anyMatch(note -> note.startsWith("2 refused") && note.contains("invoice_needs_item"));
    assertThat(outcome.notes())
        .anyMatch(note -> note.startsWith("1 refused") && note.contains("late_needs_item"));
    assertThat(system.ids("shop.item")).containsExactly("20", "7", "8");
  }

  @ParameterizedTest
  @CsvSource({
    "RETURN NULL, the trigger defence of shop.item",
    "RAISE EXCEPTION 'needed for the audit', needed for the audit",
    "RAISE EXCEPTION 'custom' USING ERRCODE = 'AB123', custom",
    "PERFORM 1 / 0, division by zero",
    "ASSERT false, assertion failed",
    "UPDATE shop.item SET note = note || '!' WHERE id = OLD.id, already modified",
  })
  void leavesARowThatATriggerDefendsWithItsChildren(String defence, String why)
      throws SQLException {
    // Given
    family();
    system.execute(
        """
        CREATE FUNCTION shop.defend() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF OLD.id = 2 THEN %s; END IF; RETURN OLD; END $$;
        CREATE TRIGGER defence BEFORE DELETE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.defend()
        """
            .formatted(defence));

    // When
    CleanupOutcome outcome = carryOut(items(), "1", "2", "3");

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L, "refused", 1L));
    assertThat(outcome.notes())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("1 refused: ")
        .contains(why);
    assertThat(outcome.reclaimed().rows()).isEqualTo(2 * (1 + 2 + 4));
    assertThat(system.ids("shop.item")).containsExactly("2");
    assertThat(system.number("SELECT count(*) FROM shop.part")).isEqualTo(2);
  }

  @Test
  void leavesARowThatATriggerKeepsInSilence() throws SQLException {
    system.execute(
        """
        SELECT shop.add(n, '40 days') FROM generate_series(1, 3) n;
        CREATE FUNCTION shop.defend() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF OLD.id = 2 THEN RETURN NULL; END IF; RETURN OLD; END $$;
        CREATE TRIGGER defence BEFORE DELETE ON shop.item FOR EACH ROW EXECUTE FUNCTION shop.defend()
        """);
    long bytes = system.bytes("shop.item", ITEM, "id <> 2");
    CleanupOutcome outcome = carryOut(items(), "1", "2", "3");
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L, "refused", 1L));
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(2, 0, bytes));
  }

  @Test
  void marksInsteadOfDeletingWhereThePolicySaysSo() throws SQLException {
    // Given
    family();
    system.execute(
        "UPDATE shop.item SET kind = 'expired', note = 'it''s' WHERE id = 3; SELECT shop.add(4, '1 day')");
    RowCleanup marking = items("action: { set: { kind: expired, note: \"it's\" } }");

    // When
    CleanupOutcome outcome = carryOut(marking, "1", "2", "3", "4");

    // Then: 3 is marked already, 4 is young
    assertThat(counts(outcome)).isEqualTo(Map.of("marked", 2L, "changed", 2L));
    assertThat(outcome.reclaimed()).isEqualTo(Reclaimed.NOTHING);
    assertThat(
            system.texts(
                "SELECT id FROM shop.item WHERE kind = 'expired' AND note = 'it''s' ORDER BY 1"))
        .containsExactly("1", "2", "3");
    assertThat(system.number("SELECT count(*) FROM shop.part")).isEqualTo(6);
    assertThat(counts(carryOut(marking, "1", "2"))).isEqualTo(Map.of("changed", 2L));
  }

  @Test
  void saysByLabelsWhatWentAndWithWhat() throws SQLException {
    // Given: rows of three labels, one of them no value, with parts and screws
    family();
    system.execute(
        """
        ALTER TABLE shop.item ADD tenant int, ADD url text;
        UPDATE shop.item SET kind = CASE WHEN id <= 2 THEN 'mp4' END, tenant = 7;
        UPDATE shop.item SET url = 's3://media/' || id || '.mp4';
        SELECT shop.add(4, '1 day', 'mp4'); INSERT INTO shop.item VALUES (5, '', 'n', '2001-01-01', 7)
        """);
    Map<String, String> mp4 = Map.of("format", "mp4", "tenant", "7");
    Map<String, String> none = Map.of("format", "", "tenant", "7");
    long bytes = system.bytes("shop.item", ITEM + ", tenant, url", "id <= 2") + parts("item <= 2");
    long rest =
        system.bytes("shop.item", ITEM + ", tenant, url", "id IN (3, 5)") + parts("item = 3");
    RowCleanup labelled =
        items(
            "labels: { format: kind, tenant: tenant }", "files: [ { column: url, store: media } ]");
    ReceivedClaim claim = claim("1", "2", "3", "4", "5", "404");

    // When
    Settled settled = settled(labelled, claim, 1);

    // Then
    assertThat(settled.outcome().labelled())
        .containsExactlyInAnyOrder(
            new LabelledPart(mp4, 2, 0, new Reclaimed(14, 0, bytes)),
            new LabelledPart(none, 2, 0, new Reclaimed(8, 0, rest)));
    assertThat(settled.outcome().reclaimed()).isEqualTo(new Reclaimed(22, 0, bytes + rest));
    assertThat(settled.followUps().get(0).claim().files())
        .containsExactly(
            new ClaimedFile("1.mp4", null, null, null, mp4),
            new ClaimedFile("2.mp4", null, null, null, mp4),
            new ClaimedFile("3.mp4", null, null, null, none));
    assertThat(settled(labelled, claim, 2)).isEqualTo(settled);
    assertThat(
            system.texts(
                """
                SELECT format('%s %s=%s: %s, %s, %s', policy, label, value, rows, files, bytes)
                  FROM reclaim.cleanup_by_label WHERE label IN ('format', 'tenant')
                """))
        .containsExactlyInAnyOrder(
            "p format=mp4: 14, 0, " + bytes,
            "p format=: 8, 0, " + rest,
            "p tenant=7: 22, 0, " + (bytes + rest));
  }

  @Test
  void labelsAMarkedRowByWhatItWas() throws SQLException {
    system.execute(
        "SELECT shop.add(1, '40 days', 'a'), shop.add(2, '40 days', 'b'), shop.add(3, '40 days', 'a'), shop.add(4, '1 day', 'a')");
    RowCleanup marking = items("action: { set: { kind: expired } }", "labels: { kind: kind }");

    CleanupOutcome outcome = carryOut(marking, "1", "2", "3", "4");

    assertThat(counts(outcome)).isEqualTo(Map.of("marked", 3L, "changed", 1L));
    assertThat(outcome.labelled())
        .containsExactly(
            new LabelledPart(Map.of("kind", "a"), 0, 2, Reclaimed.NOTHING),
            new LabelledPart(Map.of("kind", "b"), 0, 1, Reclaimed.NOTHING));
  }

  @Test
  void leavesOutOfTheLabelsWhatTheDatabaseKept() throws SQLException {
    // Given: halves are tried again after a row was refused, one of them with its parts gone
    family();
    system.execute(
        """
        UPDATE shop.item SET kind = 'k' || id;
        CREATE TABLE shop.invoice (item bigint REFERENCES shop.item); CREATE INDEX ON shop.invoice (item);
        INSERT INTO shop.invoice VALUES (2)
        """);

    // When
    CleanupOutcome outcome = carryOut(items("labels: { kind: kind }"), "1", "2", "3");

    // Then
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 2L, "refused", 1L));
    assertThat(outcome.labelled())
        .extracting(part -> part.labels().get("kind") + " " + part.reclaimed().rows())
        .containsExactlyInAnyOrder("k1 7", "k3 7");
  }

  @Test
  void takesAnyTextForALabelAndCutsALongOne() throws SQLException {
    system.execute(
        """
        ALTER TABLE shop.item ADD doc jsonb, ADD made_on date;
        CREATE COLLATION shop.deaf (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        ALTER TABLE shop.item ALTER kind TYPE text COLLATE shop.deaf;
        SELECT shop.add(n, '40 days', k) FROM (VALUES (1, 'case'), (2, 'CASE'), (3, repeat('🦀', 101)),
          (4, repeat('🦀', 100)), (5, E'\\n"\\\\{}\\x01')) v(n, k);
        UPDATE shop.item SET doc = '{"b": 1}', made_on = '2026-01-02'
        """);
    RowCleanup labelled = items("labels: { k: kind, d: doc, on: made_on }");

    CleanupOutcome outcome = carryOut(labelled, "1", "2", "3", "4", "5");

    assertThat(outcome.labelled())
        .extracting(part -> part.labels().get("k") + part.deleted())
        .containsExactlyInAnyOrder("case1", "CASE1", "🦀".repeat(100) + "2", "\n\"\\{}\u00011");
    assertThat(outcome.labelled().get(0).labels())
        .containsEntry("d", "{\"b\": 1}")
        .containsEntry("on", "2026-01-02");
  }

  @Test
  void keepsTheLargestLabelsApartAndSumsTheRest() throws SQLException {
    // Given: a thousand labels of the worst kind, the first hundred of them in rows of some size
    system.execute(
        """
        ALTER TABLE shop.item ADD l1 text, ADD l2 text, ADD l3 text, ADD url text;
        INSERT INTO shop.item
        SELECT n, 'x', CASE WHEN n <= 100 THEN repeat('x', 500) ELSE 'x' END, '2001-01-01',
               repeat(E'\\x01', 96) || lpad(n::text, 4, '0'), repeat(E'\\x01', 100), repeat(E'\\x01', 100),
               's3://media/' || n
          FROM generate_series(1, 1000) n
        """);
    String name = "n".repeat(62);
    RowCleanup labelled =
        items(
            "labels: { %1$s1: l1, %1$s2: l2, %1$s3: l3 }".formatted(name),
            "files: [ { column: url, store: media } ]");
    String[] ids =
        IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toArray(String[]::new);
    ReceivedClaim claim = claim(ids);

    // When
    Settled settled = settled(labelled, claim, 1);

    // Then
    List<LabelledPart> parts = settled.outcome().labelled();
    assertThat(parts).hasSize(201);
    assertThat(parts)
        .filteredOn(part -> part.labels().containsValue("(other)"))
        .singleElement()
        .satisfies(
            other -> {
              assertThat(other.labels())
                  .isEqualTo(
                      Map.of(name + "1", "(other)", name + "2", "(other)", name + "3", "(other)"));
              assertThat(other.deleted()).isEqualTo(800);
            });
    assertThat(parts)
        .filteredOn(part -> part.deleted() == 1)
        .extracting(
            part -> Integer.parseInt(String.valueOf(part.labels().get(name + "1")).substring(96)))
        .containsAll(IntStream.rangeClosed(1, 100).boxed().toList());
    assertThat(parts.stream().map(LabelledPart::reclaimed).reduce(Reclaimed::plus))
        .contains(settled.outcome().reclaimed());
    assertThat(EventCodec.encode(settled.outcome())).hasSizeLessThan(1 << 20);
    assertThat(settled.followUps()).hasSizeGreaterThan(1);
    for (FollowUp followUp : settled.followUps()) {
      assertThat(EventCodec.encode(followUp.claim())).hasSizeLessThan(Claim.BYTES_MAX);
    }
    assertThat(settled.followUps().stream().flatMap(it -> it.claim().files().stream()))
        .hasSize(1000);
  }

  @Test
  void answersARedeliveryWithTheStoredOutcomeAndTouchesNothing() throws SQLException {
    // Given
    system.execute("SELECT shop.add(1, '40 days'), shop.add(2, '1 day')");
    ReceivedClaim claim = claim("1", "2");
    Settled first = settled(items(), claim, 1);
    system.execute(
        "SELECT shop.add(1, '50 days'); UPDATE shop.item SET made = '2001-01-01' WHERE id = 2");

    // When
    Settled again = settled(items(), claim, 2);

    // Then
    assertThat(again).isEqualTo(first);
    assertThat(system.ids("shop.item")).containsExactly("1", "2");
  }

  @Test
  void refusesAnotherPayloadUnderTheSameId() throws SQLException {
    // Given
    system.execute("SELECT shop.add(1, '40 days'), shop.add(2, '40 days')");
    ReceivedClaim claim = claim("1");
    settled(items(), claim, 1);

    // When
    ReceivedClaim reused =
        received(claim.identity().source(), claim.identity().id(), rows(claim("2")));

    // Then
    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> settled(items(), reused, 1))
        .withMessageStartingWith("id-reused");
    assertThat(system.ids("shop.item")).containsExactly("2");
  }

  @Test
  void refusesAnEventWhoseDayTheLedgerHasDroppedSinceItWasLookedAt() throws SQLException {
    system.execute("SELECT shop.add(1, '40 days')");
    ReceivedClaim claim = claim("1");
    ReceivedClaim old =
        new ReceivedClaim(
            new EventIdentity("test", claim.identity().id(), LocalDate.parse("2020-01-01")),
            claim.claim(),
            claim.payloadDigest());

    assertThatExceptionOfType(InvalidEventException.class)
        .isThrownBy(() -> settled(items(), old, 1))
        .satisfies(e -> assertThat(e.refusal()).isEqualTo(Refusal.TOO_OLD))
        .withMessage("too old: the ledger has no 2020-01-01 any more");
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @Test
  void keepsARowWhoseReferenceIsMadeByATransactionThatHasLockedIt() throws SQLException {
    // Given
    system.execute(
        """
        SELECT shop.add(1, '40 days');
        CREATE TABLE shop.pin (item bigint REFERENCES shop.item ON DELETE SET NULL)
        """);
    RowCleanup guarded =
        items("protect:", "  - { table: main.shop.pin, match: \"pin.item = item.id\" }");
    try (Connection pinning = system.begin("INSERT INTO shop.pin VALUES (1)")) {
      assertThat(counts(carryOut(guarded, "1"))).isEqualTo(Map.of("locked", 1L));
      pinning.commit();
    }
    assertThat(counts(carryOut(guarded, "1"))).isEqualTo(Map.of("protected", 1L));
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @Test
  void keepsARowWhoseReferenceIsCommittedBetweenLockAndCheck() throws Exception {
    // Given: a policy whose condition holds the locking statement up until the reference is there
    system.execute(
        """
        SELECT shop.add(1, '40 days'), shop.add(2, '40 days');
        CREATE TABLE shop.pin (item bigint);
        CREATE FUNCTION shop.gate() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(4711);
          FOR i IN 1..1000 LOOP
            EXIT WHEN EXISTS (SELECT FROM shop.pin);
            PERFORM pg_sleep(0.01);
          END LOOP;
          RETURN true;
        END $$
        """);
    RowCleanup guarded =
        items(
            "where: shop.gate()",
            "protect:",
            "  - { table: main.shop.pin, match: \"pin.item = item.id\" }");

    // When
    List<CleanupOutcome> outcomes =
        together(
            () -> carryOut(guarded, "1", "2"),
            () -> {
              await()
                  .until(
                      () ->
                          system.number(
                                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711")
                              == 1);
              system.execute("INSERT INTO shop.pin VALUES (1)");
              return carryOut(items(), "404");
            });

    // Then
    assertThat(counts(outcomes.get(0))).isEqualTo(Map.of("deleted", 1L, "protected", 1L));
    assertThat(system.ids("shop.item")).containsExactly("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO shop.parent VALUES (1) | { orphaned: { parent: main.shop.parent, column: up } } | name: p",
        "DELETE FROM shop.item WHERE id = 11 | { after: P30D, by: made } | keep-newest: { n: 1, per: kind }",
        "INSERT INTO shop.pin VALUES (1) | { after: P30D, by: made } | keep: \"EXISTS (SELECT FROM shop.pin WHERE pin.item = item.id)\"",
        "INSERT INTO shop.pin VALUES (1) | { after: P30D, by: made } | protect: [ { table: main.shop.pin, column: item } ]",
        "INSERT INTO shop.pin VALUES (1) | { when: \"NOT EXISTS (SELECT FROM shop.pin WHERE pin.item = item.id)\" } | name: p",
      })
  void looksAgainUnderTheLockAtWhatAnotherSessionHasChanged(
      String change, String expire, String more) throws Exception {
    // Given: the locking statement waits until the other session has committed its change
    system.execute(
        """
        ALTER TABLE shop.item ADD up bigint DEFAULT 1;
        SELECT shop.add(1, '50 days', 'a'), shop.add(11, '40 days', 'a'), shop.add(2, '50 days', 'b'), shop.add(12, '40 days', 'b');
        UPDATE shop.item SET up = 2 WHERE id = 2; UPDATE shop.item SET up = 3 WHERE id > 10;
        CREATE TABLE shop.parent (id bigint PRIMARY KEY); CREATE TABLE shop.pin (item bigint); CREATE TABLE shop.open (gate int);
        INSERT INTO shop.parent VALUES (3), (4);
        CREATE FUNCTION shop.gate() RETURNS boolean LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(4712);
          FOR i IN 1..1000 LOOP
            EXIT WHEN EXISTS (SELECT FROM shop.open);
            PERFORM pg_sleep(0.01);
          END LOOP;
          RETURN true;
        END $$
        """);
    RowCleanup gated =
        policy("shop.item", expire, more.startsWith("name") ? "" : more, "where: shop.gate()");

    // When
    List<CleanupOutcome> outcomes =
        together(
            () -> carryOut(gated, "1", "2"),
            () -> {
              await()
                  .until(
                      () ->
                          system.number(
                                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4712")
                              == 1);
              system.execute(change + "; INSERT INTO shop.open VALUES (1)");
              return carryOut(items(), "404");
            });

    // Then
    assertThat(counts(outcomes.get(0))).isEqualTo(Map.of("deleted", 1L, "protected", 1L));
    assertThat(system.ids("shop.item")).contains("1").doesNotContain("2");
  }

  @Test
  void takesNoRowForAnOrphanOfATableWithoutRows() throws SQLException {
    system.execute(
        "SELECT shop.add(1, '40 days'); CREATE TABLE shop.parent (id bigint PRIMARY KEY)");
    RowCleanup orphans =
        policy("shop.item", "{ orphaned: { parent: main.shop.parent, column: id } }");
    assertThat(counts(carryOut(orphans, "1"))).isEqualTo(Map.of("changed", 1L));
    system.execute("INSERT INTO shop.parent VALUES (7)");
    assertThat(counts(carryOut(orphans, "1"))).isEqualTo(Map.of("deleted", 1L));
  }

  @Test
  void countsAKeyOnceThatItsCollationTakesForTheSame() throws SQLException {
    system.execute(
        """
        CREATE COLLATION shop.loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        ALTER TABLE shop.item DROP id, ADD id text COLLATE shop.loose PRIMARY KEY;
        INSERT INTO shop.item (id, made) VALUES ('Abc', '2001-01-01')
        """);
    assertThat(counts(carryOut(items(), "abc", "ABC", "Abc", "x")))
        .isEqualTo(Map.of("deleted", 1L, "missing", 1L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "CREATE TABLE shop.bill (item bigint REFERENCES shop.item); INSERT INTO shop.bill VALUES (2)",
        "CREATE RULE keeper AS ON DELETE TO shop.item WHERE OLD.id = 2 DO INSTEAD NOTHING",
        "CREATE TRIGGER keeper BEFORE DELETE ON shop.item FOR EACH ROW WHEN (OLD.id = 2) EXECUTE FUNCTION shop.nothing()",
      })
  void leavesTheFileOfARowThatIsRefused(String defence) throws SQLException {
    // Given
    system.execute(
        """
        ALTER TABLE shop.item ADD url text;
        SELECT shop.add(n, '40 days') FROM generate_series(1, 3) n;
        UPDATE shop.item SET url = 's3://media/' || id;
        CREATE FUNCTION shop.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'
        """);
    system.execute(defence);

    // When
    ReceivedClaim claim = claim("1", "2", "3");
    Settled settled = settled(items("files: [ { column: url, store: media } ]"), claim, 1);

    // Then
    assertThat(counts(settled.outcome())).isEqualTo(Map.of("deleted", 2L, "refused", 1L));
    assertThat(settled.followUps())
        .flatExtracting(it -> it.claim().files())
        .extracting("path")
        .containsExactly("1", "3");
  }

  @Test
  void seesWhichRowsARuleHasLeftUnmarked() throws SQLException {
    system.execute(
        """
        SELECT shop.add(n, '40 days') FROM generate_series(1, 3) n;
        CREATE RULE keeper AS ON UPDATE TO shop.item WHERE OLD.id = 2 DO INSTEAD NOTHING
        """);
    CleanupOutcome outcome = carryOut(items("action: { set: { kind: expired } }"), "1", "2", "3");
    assertThat(counts(outcome)).isEqualTo(Map.of("marked", 2L, "refused", 1L));
    assertThat(outcome.notes()).containsExactly("1 refused: the rule keeper of shop.item");
    assertThat(system.texts("SELECT id FROM shop.item WHERE kind = 'expired' ORDER BY 1"))
        .containsExactly("1", "3");
  }

  @Test
  void findsEveryRowThatATriggerRefuses() throws SQLException {
    system.execute(
        """
        SELECT shop.add(n, '40 days') FROM generate_series(1, 1000) n;
        CREATE FUNCTION shop.odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'odd'; END $$;
        CREATE TRIGGER odd BEFORE DELETE ON shop.item FOR EACH ROW WHEN (OLD.id % 2 = 1) EXECUTE FUNCTION shop.odd()
        """);
    String[] ids =
        IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toArray(String[]::new);
    assertThat(counts(carryOut(items(), ids))).isEqualTo(Map.of("deleted", 500L, "refused", 500L));
  }

  @Test
  void deletesOnceWhateverTheNumberOfDeliveriesAtATime() throws Exception {
    // Given
    system.execute("SELECT shop.add(n, '40 days') FROM generate_series(1, 500) n");
    String[] ids = IntStream.rangeClosed(1, 500).mapToObj(Integer::toString).toArray(String[]::new);
    ReceivedClaim claim = claim(ids);
    Callable<CleanupOutcome> delivery = () -> settled(items(), claim, 1).outcome();

    // When
    List<CleanupOutcome> outcomes =
        together(delivery, delivery, delivery, delivery, delivery, delivery);

    // Then
    assertThat(outcomes).containsOnly(outcomes.get(0));
    assertThat(counts(outcomes.get(0))).isEqualTo(Map.of("deleted", 500L));
    assertThat(ledger(claim, "rows")).isEqualTo("500");
  }

  @Test
  void countsARowOnceThatSeveralEventsClaimAtATime() throws Exception {
    // Given: windows of 300 of 500 rows, in both directions
    family();
    system.execute(
        "DELETE FROM shop.item; SELECT shop.add(n, '40 days') FROM generate_series(1, 500) n");
    long bytes = system.bytes("shop.item", ITEM, "true");
    List<Callable<CleanupOutcome>> claims = new ArrayList<>();
    for (int from : List.of(1, 101, 201, 1, 201)) {
      List<Integer> window = new ArrayList<>(IntStream.range(from, from + 300).boxed().toList());
      if (claims.size() % 2 == 1) {
        java.util.Collections.reverse(window);
      }
      String[] ids = window.stream().map(String::valueOf).toArray(String[]::new);
      ReceivedClaim claim = claim(ids);
      claims.add(() -> settled(items(), claim, 1).outcome());
    }

    // When
    List<CleanupOutcome> outcomes = together(claims);

    // Then
    assertThat(outcomes.stream().mapToLong(it -> it.reclaimed().bytes()).sum()).isEqualTo(bytes);
    assertThat(outcomes.stream().mapToLong(it -> it.reclaimed().rows()).sum()).isEqualTo(500);
    assertThat(system.ids("shop.item")).isEmpty();
  }

  @Test
  void deletesFromPartitions() throws SQLException {
    // Given
    system.execute(
        """
        DROP TABLE shop.item CASCADE;
        CREATE TABLE shop.item (id bigint, made timestamptz, note text, PRIMARY KEY (id, made)) PARTITION BY RANGE (made);
        CREATE TABLE shop.item_old PARTITION OF shop.item FOR VALUES FROM ('2000-01-01') TO ('2002-01-01');
        CREATE TABLE shop.item_new PARTITION OF shop.item DEFAULT;
        CREATE TABLE shop.part (id bigint, made timestamptz, text text,
          FOREIGN KEY (id, made) REFERENCES shop.item ON DELETE CASCADE) PARTITION BY HASH (id);
        CREATE TABLE shop.part_0 PARTITION OF shop.part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE shop.part_1 PARTITION OF shop.part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE INDEX ON shop.part (id, made);
        INSERT INTO shop.item VALUES (1, '2001-01-01', 'old'), (1, '2003-01-01', 'other'), (2, '2001-06-01', 'x');
        INSERT INTO shop.part VALUES (1, '2001-01-01', 'p'), (1, '2003-01-01', 'p'), (2, '2001-06-01', 'p')
        """);
    long bytes =
        system.bytes("shop.item", "id, made, note", "made < '2002-01-01'")
            + system.bytes("shop.part", "id, made, text", "made < '2002-01-01'");
    ReceivedClaim claim =
        received(
            new ExpiredRecords(
                "p",
                null,
                NOW,
                List.of(
                    List.of("1", "2001-01-01 00:00:00+00"),
                    List.of("2", "2001-06-01 00:00:00+00"))));

    // When
    CleanupOutcome outcome = settled(items(), claim, 1).outcome();

    // Then
    assertThat(outcome.reclaimed()).isEqualTo(new Reclaimed(4, 0, bytes));
    assertThat(system.texts("SELECT note FROM shop.item")).containsExactly("other");
    assertThat(system.number("SELECT count(*) FROM shop.part")).isEqualTo(1);
  }

  @Test
  void takesNamesAsTheDatabaseWritesThem() throws SQLException {
    system.execute(
        """
        CREATE TABLE shop."Order ""x\""" ("The Key" text PRIMARY KEY, "Made At" timestamptz, "select" text);
        CREATE TABLE shop."Line" ("Of" text REFERENCES shop."Order ""x\""" ON DELETE CASCADE);
        CREATE INDEX ON shop."Line" ("Of");
        INSERT INTO shop."Order ""x\""" VALUES ('a', '2001-01-01', 'due'), ('b', '2001-01-01', 'not');
        INSERT INTO shop."Line" VALUES ('a'), ('b')
        """);
    RowCleanup orders =
        policy("shop.Order \\\"x\\\"", "{ after: P30D, by: Made At }", "where: { select: due }");
    CleanupOutcome outcome = carryOut(orders, "a", "b");
    assertThat(counts(outcome)).isEqualTo(Map.of("deleted", 1L, "changed", 1L));
    assertThat(outcome.children().rows()).isEqualTo(1);
    assertThat(system.texts("SELECT \"Of\" FROM shop.\"Line\"")).containsExactly("b");
  }

  @Test
  void keepsDeletedKeysInTheLedgerWhereTheRunAsksForThem() throws SQLException {
    system.execute(
        """
        INSERT INTO reclaim.run (id, policy, cutoff, state, keep_keys, cluster, owner, lease_until, finished_at)
        VALUES ('audited', 'p', now(), 'complete', true, 'here', 'test', now(), now()) ON CONFLICT DO NOTHING;
        SELECT shop.add(1, '40 days'), shop.add(2, '1 day'), shop.add(3, '40 days')
        """);
    ReceivedClaim claim =
        received(
            new ExpiredRecords(
                "p", "audited", NOW, List.of(List.of("3"), List.of("2"), List.of("1"))));
    CleanupOutcome outcome = settled(items(), claim, 1).outcome();
    assertThat(outcome.run()).isEqualTo("audited");
    assertThat(ledger(claim, "deleted_keys::text")).isEqualTo("[[\"3\"], [\"1\"]]");
  }

  @Test
  void drawsUpClaimsAboutTheFilesOfWhatIsDeletedAndOfNothingElse() throws SQLException {
    // Given
    system.execute(
        """
        ALTER TABLE shop.item ADD url text;
        SELECT shop.add(n, '40 days') FROM generate_series(1, 8) n; SELECT shop.add(9, '1 day');
        UPDATE shop.item SET url = '/files/a%20b.png' WHERE id IN (1, 2);
        UPDATE shop.item SET url = 's3://media/c.png' WHERE id = 3;
        UPDATE shop.item SET url = 'https://elsewhere.example/d.png' WHERE id = 4;
        UPDATE shop.item SET url = 's3://media/nul%00l.png' WHERE id = 5;
        UPDATE shop.item SET url = repeat('long/', 1000) || 'x.png' WHERE id = 6;
        UPDATE shop.item SET url = ' ' WHERE id = 7;
        UPDATE shop.item SET url = 's3://media/young.png' WHERE id = 9
        """);

    // When
    ReceivedClaim claim = claim("1", "2", "3", "4", "5", "6", "7", "8", "9");
    Settled settled = settled(items("files: [ { column: url, store: media } ]"), claim, 1);

    // Then
    assertThat(counts(settled.outcome())).isEqualTo(Map.of("deleted", 8L, "changed", 1L));
    FollowUp followUp = settled.followUps().get(0);
    assertThat(settled.followUps()).hasSize(1);
    assertThat(followUp.claim().parent()).isEqualTo(claim.identity());
    assertThat(followUp.claim().files())
        .extracting("path")
        .containsExactly("files/a%20b.png", "c.png");
    assertThat(settled.outcome().notes())
        .contains("3 references to files could not be read; their files stay");
    assertThat(settled(items(), claim, 2)).isEqualTo(settled);
  }

  @Test
  void drawsUpClaimsThatFitIntoAnEvent() throws SQLException {
    // Given
    system.execute(
        """
        ALTER TABLE shop.item ADD url text;
        INSERT INTO shop.item SELECT n, 'x', '', '2001-01-01', 's3://media/' || repeat('ż', 500) || n FROM generate_series(1, 1000) n
        """);
    String[] ids =
        IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toArray(String[]::new);
    ReceivedClaim claim = received("test", "x".repeat(256), rows(claim(ids)));

    // When
    Settled settled = settled(items("files: [ { column: url, store: media } ]"), claim, 1);

    // Then
    assertThat(settled.followUps()).hasSizeGreaterThan(1);
    assertThat(settled.followUps().stream().flatMap(it -> it.claim().files().stream()).distinct())
        .hasSize(1000);
    for (FollowUp followUp : settled.followUps()) {
      dev.reclaim.worker.claims.ClaimReader.read(
          dev.reclaim.events.ClaimKind.ORPHANED_FILES,
          followUp.event().headers(),
          dev.reclaim.events.EventCodec.encode(followUp.claim()));
    }
  }

  /** What the parts of some items take with their screws. */
  private long parts(String where) throws SQLException {
    return system.bytes("shop.part", "id, item, text", where)
        + system.bytes(
            "shop.screw", "part, text", "part IN (SELECT id FROM shop.part WHERE " + where + ")");
  }

  /** Items 1 to 3, each with two parts of two screws each. */
  private void family() throws SQLException {
    system.execute(
        """
        SELECT shop.add(n, '40 days') FROM generate_series(1, 3) n;
        CREATE TABLE shop.part (id int PRIMARY KEY, item bigint REFERENCES shop.item ON DELETE CASCADE, text text);
        CREATE TABLE shop.screw (part int REFERENCES shop.part ON DELETE CASCADE, text text);
        CREATE INDEX ON shop.part (item); CREATE INDEX ON shop.screw (part);
        INSERT INTO shop.part SELECT n, (n + 1) / 2, repeat('p', n) FROM generate_series(1, 6) n;
        INSERT INTO shop.screw SELECT (n + 1) / 2, repeat('s', n) FROM generate_series(1, 12) n
        """);
  }

  private RowCleanup items(String... more) {
    return policy("shop.item", "{ after: P30D, by: made }", more);
  }

  private RowCleanup policy(String table) {
    return policy(table, "{ after: P30D, by: made }");
  }

  private RowCleanup policy(String table, String expire, String... more) {
    PolicyFile file =
        system.policies(
            """
            stores:
              media: { s3: { bucket: media }, state: main }
            policies:
              - name: p
                table: "main.%s"
                expire: %s
                %s
            """
                .formatted(table, expire, String.join("\n    ", more)));
    RowTarget target = Objects.requireNonNull(RowTargets.resolve(file, databases).get("p"));
    ReferenceParser parser = ReferenceParser.of(file.store("media").settings());
    Database database = databases.get("main");
    return new RowCleanup(
        database,
        target,
        new LinkedFileClaims(target.policy(), (store, text) -> path(parser, text)),
        "tester");
  }

  private static java.util.Optional<String> path(ReferenceParser parser, String text) {
    try {
      return parser.path(text);
    } catch (dev.reclaim.store.UnparseableReferenceException e) {
      return java.util.Optional.empty();
    }
  }

  private static ReceivedClaim claim(String... ids) {
    return key(NOW.toString(), ids);
  }

  private static ReceivedClaim key(String cutoff, String... ids) {
    List<List<String>> keys = Arrays.stream(ids).map(List::of).toList();
    return received(new ExpiredRecords("p", null, Instant.parse(cutoff), keys));
  }

  private static ExpiredRecords rows(ReceivedClaim received) {
    return (ExpiredRecords) received.claim();
  }

  private CleanupOutcome carryOut(RowCleanup cleanup, String... ids) {
    return carryOut(cleanup, claim(ids));
  }

  private static CleanupOutcome carryOut(RowCleanup cleanup, ReceivedClaim claim) {
    return settled(cleanup, claim, 1).outcome();
  }

  /** As a worker does it: together first, alone where that asks for more care. */
  private static Settled settled(RowCleanup cleanup, ReceivedClaim claim, int attempt) {
    return cleanup
        .carryOut(List.of(claim), attempt)
        .orElseGet(() -> cleanup.carryOut(claim, rows(claim), attempt))
        .settled()
        .get(0);
  }

  private String ledger(ReceivedClaim claim, String columns) throws SQLException {
    return system
        .texts(
            "SELECT %s FROM reclaim.ledger WHERE id = '%s'"
                .formatted(columns, claim.identity().id()))
        .get(0);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static List<CleanupOutcome> together(Callable<CleanupOutcome>... tasks) throws Exception {
    return together(List.of(tasks));
  }

  /** Runs all at once; like a worker, tries again what another was in the way of. */
  private static List<CleanupOutcome> together(List<Callable<CleanupOutcome>> tasks)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<CleanupOutcome> outcomes = new ArrayList<>();
      Stream<Future<CleanupOutcome>> started =
          tasks.stream().map(task -> threads.submit(() -> insist(task)));
      for (Future<CleanupOutcome> each : started.toList()) {
        outcomes.add(each.get(30, TimeUnit.SECONDS));
      }
      return outcomes;
    } finally {
      threads.shutdownNow();
    }
  }

  private static CleanupOutcome insist(Callable<CleanupOutcome> task) throws Exception {
    for (int attempt = 0; attempt < 100; attempt++) {
      try {
        return task.call();
      } catch (RuntimeException e) {
        if (SqlFailure.of(e) != SqlFailure.CONTENTION) {
          throw e;
        }
      }
    }
    return fail("in the way without end");
  }
}

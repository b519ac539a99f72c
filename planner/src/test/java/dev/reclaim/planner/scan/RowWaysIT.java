package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.RowTarget;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import dev.reclaim.planner.scan.RowPosition.Way;
import dev.reclaim.planner.scan.Scan.Batch;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Both ways through a relation find the same, whatever its columns are and does meanwhile. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RowWaysIT {
  private static final String TABLES =
      """
      CREATE TABLE sparse (id int PRIMARY KEY, at timestamptz, pad text);
      INSERT INTO sparse
      SELECT i, now() - CASE WHEN i % 100 = 0 THEN interval '40 days' ELSE interval '1 day' END, repeat('x', 300)
        FROM generate_series(1, 30000) i;
      INSERT INTO sparse VALUES (90001, '-infinity'), (90002, '-infinity'), (90003, NULL), (90004, 'infinity');
      CREATE INDEX sparse_at ON sparse (at);

      CREATE TABLE tied (day date, id uuid, n numeric, PRIMARY KEY (n, id));
      INSERT INTO tied
      SELECT CASE WHEN i <= 45000 THEN date '2020-01-02' WHEN i <= 45010 THEN date '2020-01-01'
                  WHEN i <= 70000 THEN date '2020-01-03' + i % 3 ELSE current_date END,
             md5(i::text)::uuid, (i % 1000)::numeric / 7
        FROM generate_series(1, 71000) i ORDER BY md5(i::text);
      CREATE INDEX ON tied (day);

      CREATE TABLE moving (id int PRIMARY KEY, at timestamptz NOT NULL, pad text) WITH (fillfactor = 100);
      CREATE INDEX ON moving (at);

      CREATE TABLE by_text (id text PRIMARY KEY, at timestamp);
      INSERT INTO by_text SELECT v, now() - interval '40 days'
        FROM unnest(ARRAY['', 'a''b"c\\d', E'tab\\tline\\nend', 'ü€😀', '?', '{"x": 1}', ' padded ']) v;
      CREATE TABLE by_wide (id text, part char(5), at timestamp, PRIMARY KEY (id, part));
      INSERT INTO by_wide SELECT string_agg(md5(i::text || n), ''), i::text, now() - interval '40 days'
        FROM generate_series(1, 300) i, generate_series(1, 70) n GROUP BY i;
      CREATE TABLE by_uuid (id uuid PRIMARY KEY, at timestamp);
      INSERT INTO by_uuid SELECT md5(i::text)::uuid, now() - interval '40 days' FROM generate_series(1, 50) i;
      CREATE TABLE by_numeric (id numeric PRIMARY KEY, at timestamp);
      INSERT INTO by_numeric VALUES (1.50, '2020-01-01'), (1e30, '2020-01-01'), (-0.1, '2020-01-02'), ('NaN', '2020-01-01');
      CREATE TABLE by_many (a bigint, b timestamptz, c bytea, d boolean, e inet, at timestamp, PRIMARY KEY (a, b, c, d, e));
      INSERT INTO by_many SELECT 1, now() - make_interval(secs => i), decode(md5(i::text), 'hex'), i % 2 = 0, '10.0.0.1/32', '2020-01-01'
        FROM generate_series(1, 50) i;
      CREATE TABLE by_number (id int PRIMARY KEY, at numeric);
      INSERT INTO by_number VALUES (1, 1.0e9), (2, 1000000000.00), (3, 5), (4, NULL), (5, 99999999999), (6, 1e9 - 0.5);

      CREATE TABLE clock (id int PRIMARY KEY, at timestamp);
      INSERT INTO clock VALUES (1, '2024-10-27 01:59:59'), (2, '2024-10-27 02:10'), (3, '2024-10-27 03:00'), (4, '2024-03-31 02:30');
      CREATE INDEX ON clock (at);
      """;

  private static final String POLICIES =
      """
      - { name: sparse, table: main.public.sparse, expire: { after: P30D, by: at } }
      - { name: tied, table: main.public.tied, expire: { after: P30D, by: day, zone: UTC } }
      - { name: moving, table: main.public.moving, expire: { after: P30D, by: at } }
      - { name: by_text, table: main.public.by_text, expire: { after: P30D, by: at, zone: UTC } }
      - { name: by_wide, table: main.public.by_wide, expire: { after: P30D, by: at, zone: UTC } }
      - { name: by_uuid, table: main.public.by_uuid, expire: { after: P30D, by: at, zone: UTC } }
      - { name: by_numeric, table: main.public.by_numeric, expire: { after: P30D, by: at, zone: UTC } }
      - { name: by_many, table: main.public.by_many, expire: { after: P30D, by: at, zone: UTC } }
      - { name: clock, table: main.public.clock, expire: { after: P30D, by: at, zone: Europe/Berlin } }
      """;

  private TestPolicies policies;

  @BeforeAll
  void createTables(TestDatabase test) {
    policies = TestPolicies.of(test, TABLES, "", POLICIES);
    policies.execute("ANALYZE");
  }

  @AfterAll
  void close() {
    policies.close();
  }

  @Test
  void readsFewExpiredRowsOfALargeTableByAnIndexInHeapOrder() {
    // When
    List<Batch> batches = scan("sparse", Scan.START);

    // Then
    assertThat(ids(batches))
        .containsExactlyElementsOf(
            policies.texts(
                "SELECT id FROM sparse WHERE isfinite(at) AND at < now() - interval '30 days' ORDER BY ctid"))
        .hasSize(300);
    assertThat(batches.stream().mapToLong(Batch::undated).sum()).isEqualTo(2);
    assertThat(way(target("sparse"))).isEqualTo(Way.INDEX);
  }

  @ParameterizedTest
  @EnumSource(value = Way.class, mode = Mode.EXCLUDE, names = "OPEN")
  void skipsNoneAndDoublesNoneOfManyRowsOfTheSameAge(Way way) {
    // When
    List<Batch> batches = scan("tied", start("tied", way));

    // Then
    assertThat(keys(batches))
        .containsExactlyInAnyOrderElementsOf(
            policies.texts("SELECT n || '|' || id FROM tied WHERE day < date '2021-01-01'"))
        .hasSize(70_000);
    assertThat(batches)
        .hasSizeGreaterThan(2)
        .allSatisfy(
            batch ->
                assertThat(keys(List.of(batch)))
                    .hasSizeLessThan(40_000)
                    .isEqualTo(inHeapOrder("tied", "n || '|' || id", keys(List.of(batch)))));
    assertThat(batches).extracting(Batch::progress).isSorted().last().isEqualTo(1.0);
  }

  @ParameterizedTest
  @EnumSource(value = Way.class, mode = Mode.EXCLUDE, names = "OPEN")
  void isGoneOnWithTheSameWayByAnotherScan(Way way) {
    // Given
    List<Batch> batches = new ArrayList<>();
    String position = start("tied", way);

    // When
    for (boolean last = false; !last; last = batches.get(batches.size() - 1).last()) {
      assertThat(position).contains("\"way\":\"%s\"".formatted(way));
      try (RowScan scan = open("tied")) {
        Batch batch = scan.next(position);
        batches.add(batch);
        position = batch.position();
      }
    }

    // Then
    assertThat(keys(batches)).hasSize(70_000).doesNotHaveDuplicates();
  }

  @Test
  void goesOnByTheHeapBehindWhatPagesHaveRead() {
    // Given
    Batch first = open("tied").next(start("tied", Way.INDEX));
    Batch second = open("tied").next(first.position());
    RowPosition given = RowPosition.parse(second.position(), heaps("tied"));

    // When
    List<Batch> rest = scan("tied", given.by(Way.HEAP, heaps("tied").get(0).blocks()).text());

    // Then
    List<Batch> all = new ArrayList<>(List.of(first, second));
    all.addAll(rest);
    assertThat(given.after()).hasSize(3);
    assertThat(keys(all)).hasSize(70_000).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(value = Way.class, mode = Mode.EXCLUDE, names = "OPEN")
  void claimsARowThatIsUpdatedMeanwhileOnce(Way way) throws SQLException {
    // Given
    policies.execute(
        """
        TRUNCATE moving;
        INSERT INTO moving SELECT i, now() - interval '40 days' + make_interval(secs => i), 'x' FROM generate_series(1, 60000) i
        """);
    List<Batch> batches = new ArrayList<>();
    try (Handle open = policies.main().jdbi().open()) {
      open.begin();
      open.execute("UPDATE moving SET at = at + interval '1 day' WHERE id = 7");
      policies.execute("SELECT pg_current_xact_id()");

      // When
      batches.add(open("moving").next(start("moving", way)));
      policies.execute("UPDATE moving SET at = at + interval '1 day' WHERE id IN (5, 55000)");
      open.commit();
    }
    batches.addAll(scan("moving", batches.get(0).position()));

    // Then
    assertThat(ids(batches))
        .hasSize(59_999)
        .doesNotHaveDuplicates()
        .contains("5", "7")
        .doesNotContain("55000");
    assertThat(ids(scan("moving", start("moving", way)))).hasSize(60_000).contains("55000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "by_text; id",
        "by_wide; id || '|' || part::text",
        "by_uuid; id",
        "by_numeric; id",
        "by_many; concat_ws('|', a, b, c, d::text, e::text)",
      })
  void namesRowsByKeysOfEveryType(String table, String key) {
    for (Way way : List.of(Way.HEAP, Way.INDEX)) {
      assertThat(keys(scan(table, start(table, way))))
          .as("%s by %s", table, way)
          .containsExactlyElementsOf(
              policies.texts("SELECT %s FROM %s ORDER BY ctid".formatted(key, table)))
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Way.class, mode = Mode.EXCLUDE, names = "OPEN")
  void givesTheHourThatAClockShowsTwiceTheBenefitOfTheDoubt(Way way) {
    assertThat(ids(scan("clock", start("clock", way), Instant.parse("2024-10-27T00:45:00Z"))))
        .containsExactly("1", "4");
    assertThat(ids(scan("clock", start("clock", way), Instant.parse("2024-10-27T01:45:00Z"))))
        .containsExactly("1", "2", "4");
    assertThat(ids(scan("clock", start("clock", way), Instant.parse("2024-03-31T01:30:00Z"))))
        .isEmpty();
    assertThat(ids(scan("clock", start("clock", way), Instant.parse("2024-03-31T01:30:01Z"))))
        .containsExactly("4");
  }

  private Way way(RowTarget target) {
    Heap heap = heaps("sparse").get(0);
    return policies
        .main()
        .inTransaction(
            handle ->
                RelationStatistics.of(handle, heap, target, thirtyDaysAgo()).map(ScanChoice::of))
        .orElseThrow()
        .way();
  }

  private RowTarget target(String policy) {
    return policies.target(policy);
  }

  private List<String> inHeapOrder(String table, String key, List<String> keys) {
    return policies
        .main()
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT %2$s FROM %1$s WHERE %2$s = ANY (:keys) ORDER BY ctid"
                            .formatted(table, key))
                    .bindArray("keys", String.class, keys)
                    .mapTo(String.class)
                    .list());
  }

  private List<Heap> heaps(String policy) {
    return policies
        .main()
        .jdbi()
        .withHandle(handle -> HeapRelations.of(handle, target(policy).policy().table()));
  }

  private String start(String policy, Way way) {
    List<Heap> heaps = heaps(policy);
    ScanStart start = policies.main().jdbi().withHandle(ScanStart::now);
    long all = way == Way.HEAP ? heaps.get(0).blocks() : 100_000;
    return RowPosition.first(start, heaps).by(way, all).text();
  }

  private RowScan open(String policy) {
    return new RowScan(policies.main(), target(policy), policy + "/run", thirtyDaysAgo());
  }

  private List<Batch> scan(String policy, String start) {
    return scan(policy, start, thirtyDaysAgo());
  }

  private List<Batch> scan(String policy, String start, Instant cutoff) {
    List<Batch> batches = new ArrayList<>();
    try (RowScan scan = new RowScan(policies.main(), target(policy), policy + "/run", cutoff)) {
      do {
        batches.add(
            scan.next(batches.isEmpty() ? start : batches.get(batches.size() - 1).position()));
      } while (!batches.get(batches.size() - 1).last());
    }
    return batches;
  }

  private static List<String> keys(List<Batch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.claims().stream())
        .flatMap(claim -> ((ExpiredRecords) claim).keys().stream())
        .map(key -> String.join("|", key))
        .toList();
  }

  private static List<String> ids(List<Batch> batches) {
    return keys(batches);
  }

  private static Instant thirtyDaysAgo() {
    return Instant.now().minus(Duration.ofDays(30));
  }
}

package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.Claim;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.planner.scan.Scan.Batch;
import dev.reclaim.settings.UserException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RowScanIT {
  private static final String TABLES =
      """
      CREATE TABLE job (id int PRIMARY KEY, status text, at timestamptz, pad text);
      INSERT INTO job
      SELECT i, CASE i % 3 WHEN 0 THEN 'running' ELSE 'done' END,
             CASE WHEN i % 7 = 0 THEN NULL WHEN i % 11 = 0 THEN '-infinity'
                  ELSE now() - make_interval(days => i % 60) END, repeat('x', 400)
        FROM generate_series(1, 9000) i;
      CREATE INDEX ON job (at);
      CREATE TABLE asset (job_id int);
      INSERT INTO asset SELECT i FROM generate_series(1, 9000, 5) i;
      CREATE INDEX ON asset (job_id);
      ANALYZE;

      CREATE TABLE nothing (id int PRIMARY KEY, at timestamptz);

      CREATE TABLE "Odd ""Name" (tenant text, id uuid, at timestamptz, PRIMARY KEY (tenant, id));
      INSERT INTO "Odd ""Name"
      SELECT 'a,b"' || i, md5(i::text)::uuid, now() - make_interval(days => i) FROM generate_series(1, 60) i;

      CREATE TABLE part (id bigint, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE part_old PARTITION OF part FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
      CREATE TABLE part_empty PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
      CREATE TABLE part_new PARTITION OF part FOR VALUES FROM ('2021-01-01') TO (MAXVALUE) PARTITION BY HASH (id);
      CREATE TABLE part_new_0 PARTITION OF part_new FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE part_new_1 PARTITION OF part_new FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      INSERT INTO part SELECT i, timestamptz '2019-06-01' + make_interval(days => i * 10) FROM generate_series(1, 400) i;

      CREATE TABLE large (id int PRIMARY KEY, at timestamptz);
      INSERT INTO large SELECT i, now() - interval '40 days' FROM generate_series(1, 200000) i;

      CREATE TABLE wordy (id text PRIMARY KEY, at timestamptz);
      INSERT INTO wordy
      SELECT repeat(CASE i % 3 WHEN 0 THEN 'ü€' WHEN 1 THEN '"\\' ELSE chr(1) END, 1000) || i, now() - interval '40 days'
        FROM generate_series(1, 1500) i;

      CREATE TABLE local (id int PRIMARY KEY, at timestamp, day date);
      INSERT INTO local VALUES
        (1, '2024-10-27 01:59:59', '2024-10-26'), (2, '2024-10-27 02:10', '2024-10-27'), (3, '2024-10-27 03:00', NULL);
      """;

  private static final String POLICIES =
      """
      - name: job
        table: main.public.job
        where: { status: done }
        expire: { after: P30D, by: at }
        protect: [ { table: main.public.asset, match: "asset.job_id = job.id" } ]
      - name: nothing
        table: main.public.nothing
        expire: { after: P30D, by: at }
      - name: odd
        table: main.public.Odd "Name
        expire: { after: P30D, by: at }
      - name: part
        table: main.public.part
        expire: { after: P30D, by: at }
      - name: large
        table: main.public.large
        expire: { after: P30D, by: at }
      - name: wordy
        table: main.public.wordy
        expire: { after: P30D, by: at }
      - name: local
        table: main.public.local
        expire: { after: P30D, by: at, zone: Europe/Berlin }
      - name: orphans
        table: main.public.nothing
        expire: { orphaned: { parent: main.public.nothing, column: id } }
      - name: months
        table: main.public.job
        expire: { after: P1M, by: at, zone: Europe/Berlin }
      - name: days
        table: main.public.local
        expire: { after: P30D, by: day, zone: Europe/Berlin }
      """;

  private static final String DUE =
      "status = 'done' AND isfinite(at) AND at < now() - interval '30 days'";
  private static final String PROTECTED =
      "EXISTS (SELECT 1 FROM asset WHERE asset.job_id = job.id)";

  private TestPolicies policies;

  @BeforeAll
  void createTables(TestDatabase test) {
    policies = TestPolicies.of(test, TABLES, "", POLICIES);
  }

  @AfterAll
  void close() {
    policies.close();
  }

  @Test
  void claimsExactlyTheDueRowsThatNothingRefersToInHeapOrder() {
    // When
    List<Batch> batches = scan("job", thirtyDaysAgo());

    // Then
    assertThat(keys(batches))
        .containsExactlyElementsOf(
            policies.texts(
                "SELECT id FROM job WHERE %s AND NOT %s ORDER BY ctid".formatted(DUE, PROTECTED)))
        .hasSizeGreaterThan(1000);
    assertThat(batches.stream().mapToLong(Batch::guarded).sum())
        .isEqualTo(count("SELECT count(*) FROM job WHERE %s AND %s".formatted(DUE, PROTECTED)))
        .isPositive();
  }

  @Test
  void claimsNothingYoungerThanTheRetentionWhateverTheCutoff() {
    assertThat(keys(scan("job", Instant.now().plus(Duration.ofDays(1000)))))
        .hasSize(
            (int) count("SELECT count(*) FROM job WHERE %s AND NOT %s".formatted(DUE, PROTECTED)));
  }

  @Test
  void ranOutOfAnEmptyTable() {
    assertThat(scan("nothing", thirtyDaysAgo()))
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.last()).isTrue();
              assertThat(batch.claims()).isEmpty();
              assertThat(batch.progress()).isEqualTo(1);
            });
  }

  @Test
  void speaksOfKeysOfSeveralColumns() {
    assertThat(claims(scan("odd", thirtyDaysAgo())).stream().flatMap(it -> it.keys().stream()))
        .map(key -> key.get(0) + "|" + key.get(1))
        .containsExactlyElementsOf(
            policies.texts(
                "SELECT tenant || '|' || id FROM \"Odd \"\"Name\" WHERE at < now() - interval '30 days' ORDER BY ctid"));
  }

  @Test
  void goesThroughEveryPartitionOfEveryDepth() {
    assertThat(keys(scan("part", thirtyDaysAgo())))
        .containsExactlyInAnyOrderElementsOf(
            policies.texts("SELECT id FROM part WHERE at < now() - interval '30 days'"))
        .hasSizeGreaterThan(100);
  }

  @Test
  void readsALargeTableInBoundedBatchesThatAnotherScanGoesOnWith() {
    // Given
    List<Batch> batches = new ArrayList<>();
    String position = Scan.START;

    // When
    for (boolean last = false; !last; last = batches.get(batches.size() - 1).last()) {
      try (RowScan scan = open("large", thirtyDaysAgo())) {
        Batch batch = scan.next(position);
        batches.add(batch);
        position = batch.position();
      }
    }

    // Then
    assertThat(batches)
        .hasSizeGreaterThan(4)
        .allSatisfy(batch -> assertThat(keys(List.of(batch))).hasSizeLessThan(40_000));
    assertThat(keys(batches))
        .containsExactlyElementsOf(policies.texts("SELECT id FROM large ORDER BY ctid"));
    assertThat(batches).extracting(Batch::progress).isSorted().last().isEqualTo(1.0);
    assertThat(open("large", thirtyDaysAgo()).next(position).claims()).isEmpty();
  }

  @Test
  void cutsClaimsThatEachFitsIntoOneEvent() {
    // When
    List<ExpiredRecords> claims =
        Stream.of("large", "wordy")
            .flatMap(policy -> claims(scan(policy, thirtyDaysAgo())).stream())
            .toList();

    // Then
    assertThat(claims)
        .allSatisfy(
            claim -> {
              assertThat(claim.keys()).hasSizeLessThanOrEqualTo(Claim.ENTRIES_MAX);
              assertThat(EventCodec.encode(claim)).hasSizeLessThanOrEqualTo(Claim.BYTES_MAX);
            });
    assertThat(claims).filteredOn(it -> it.policy().equals("wordy")).hasSizeGreaterThan(3);
    assertThat(claims).filteredOn(it -> it.policy().equals("large")).hasSizeLessThan(250);
  }

  @Test
  void givesTheHourThatAClockShowsTwiceTheBenefitOfTheDoubt() {
    // Given
    Instant firstQuarterToThree = Instant.parse("2024-10-27T00:45:00Z");
    Instant laterQuarterToThree = Instant.parse("2024-10-27T01:45:00Z");

    // Then
    assertThat(keys(scan("local", firstQuarterToThree))).containsExactly("1");
    assertThat(keys(scan("local", laterQuarterToThree))).containsExactly("1", "2");
  }

  @Test
  void waitsForTheEndOfADay() {
    // Given
    Instant lastMinute = Instant.parse("2024-10-27T22:59:59Z");

    // Then
    assertThat(keys(scan("days", lastMinute))).containsExactly("1");
    assertThat(keys(scan("days", lastMinute.plusSeconds(1)))).containsExactly("1", "2");
  }

  @Test
  void countsTheRowsWhoseDateSaysNothing() {
    assertThat(scan("job", thirtyDaysAgo()).stream().mapToLong(Batch::undated).sum())
        .isEqualTo(count("SELECT count(*) FROM job WHERE status = 'done' AND at = '-infinity'"))
        .isPositive();
  }

  @Test
  void cutsOffByTheCalendarOfAZone() {
    // Given
    DryRun dryRun = new DryRun(policies.file(), policies.databases(), policies.targets(), Map.of());
    Instant lastOfMarch = Instant.parse("2026-03-31T12:00:00Z");

    // Then
    assertThat(
            dryRun
                .of(
                    policies.policy("months"),
                    Optional.of(lastOfMarch),
                    Trust.UNRECORDED,
                    key -> {})
                .cutoff())
        .isEqualTo(Instant.parse("2026-02-28T13:00:00Z"));
  }

  @Test
  void stopsWhereNoParentIsLeft() {
    assertThatThrownBy(() -> scan("orphans", thirtyDaysAgo()))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(UserException.Kind.WAITING))
        .hasMessageContaining("the parent table has no row at all");
  }

  private List<Batch> scan(String policy, Instant cutoff) {
    List<Batch> batches = new ArrayList<>();
    try (RowScan scan = open(policy, cutoff)) {
      do {
        batches.add(
            scan.next(batches.isEmpty() ? Scan.START : batches.get(batches.size() - 1).position()));
      } while (!batches.get(batches.size() - 1).last());
    }
    return batches;
  }

  private RowScan open(String policy, Instant cutoff) {
    return new RowScan(policies.main(), policies.target(policy), policy + "/run", cutoff);
  }

  private static List<ExpiredRecords> claims(List<Batch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.claims().stream())
        .map(ExpiredRecords.class::cast)
        .toList();
  }

  /** The first column of each key. */
  private static List<String> keys(List<Batch> batches) {
    return claims(batches).stream()
        .flatMap(claim -> claim.keys().stream())
        .map(key -> key.get(0))
        .collect(Collectors.toList());
  }

  private long count(String sql) {
    return Long.parseLong(policies.texts(sql).get(0));
  }

  private static Instant thirtyDaysAgo() {
    return Instant.now().minus(Duration.ofDays(30));
  }
}

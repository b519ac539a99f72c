package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class PartitionScanIT {
  private static final Instant CUTOFF = Instant.parse("2020-03-15T00:00:00Z");

  private static final String TABLES =
      """
      CREATE TABLE visit (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
      CREATE TABLE visit_2 PARTITION OF visit FOR VALUES FROM ('2020-02-01') TO ('2020-03-01');
      CREATE TABLE visit_3 PARTITION OF visit FOR VALUES FROM ('2020-03-01') TO ('2020-04-01');
      CREATE TABLE visit_rest PARTITION OF visit DEFAULT;
      INSERT INTO visit VALUES (1, '2020-01-05'), (2, '2020-02-05'), (3, '2020-03-05'), (4, '2020-03-25'),
        (5, '2019-12-31');
      """;

  private static final String POLICIES =
      """
      - name: visits
        table: main.public.visit
        expire: { after: P30D, by: at }
      - name: some-visits
        table: main.public.visit
        expire: { after: P30D, by: at }
        keep: "id = 1"
      """;

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
  void claimsPartitionsFirstAndTheRowsOfAllOthersAfterThem() {
    assertThat(claims("visits", Scan.START))
        .containsExactly(
            partition("1", "2020-01-01", "2020-02-01"),
            partition("2", "2020-02-01", "2020-03-01"),
            rows("visits", "3", "2020-03-05"),
            rows("visits", "5", "2019-12-31"));
  }

  @Test
  void claimsNoRowOfAPartitionThatWasClaimedBeforeItWasKilled() {
    String position;
    try (Scan scan = open("visits")) {
      position = scan.next(Scan.START).position();
    }
    assertThat(claims("visits", position))
        .containsExactly(rows("visits", "3", "2020-03-05"), rows("visits", "5", "2019-12-31"));
  }

  @Test
  void claimsRowsAloneWhereThePolicyKeepsSome() {
    assertThat(claims("some-visits", Scan.START))
        .containsExactly(
            rows("some-visits", "2", "2020-02-05"),
            rows("some-visits", "3", "2020-03-05"),
            rows("some-visits", "5", "2019-12-31"));
  }

  @Test
  void claimsAgainWhatAWorkerHasDetachedAndNotDropped() {
    policies.execute(
        """
        INSERT INTO reclaim.partition_intent (relation, name, parent, parent_name, lower_bound, upper_bound, bound,
                                              policy, planned_on, source, id)
        VALUES (1, 'public.visit_0', 2, 'public.visit', '2019-12-01 00:00:00+00', '2020-01-01 00:00:00+00', 'FOR ...',
                'visits', current_date, 'test', 'other')
        """);
    try {
      assertThat(claims("visits", Scan.START))
          .contains(partition("0", "2019-12-01", "2020-01-01"))
          .hasSize(5);
    } finally {
      policies.execute("DELETE FROM reclaim.partition_intent");
    }
  }

  private List<Claim> claims(String policy, String from) {
    List<Claim> claims = new ArrayList<>();
    try (Scan scan = open(policy)) {
      Scan.Batch batch = scan.next(from);
      claims.addAll(batch.claims());
      while (!batch.last()) {
        batch = scan.next(batch.position());
        claims.addAll(batch.claims());
      }
    }
    return claims.stream().flatMap(PartitionScanIT::byRow).toList();
  }

  /** So that it does not matter how rows share events. */
  private static Stream<Claim> byRow(Claim claim) {
    return claim instanceof ExpiredRecords rows
        ? rows.keys().stream()
            .map(key -> new ExpiredRecords(rows.policy(), "run", rows.cutoff(), List.of(key)))
        : Stream.of(claim);
  }

  private Scan open(String policy) {
    return new PartitionScan(
        policies.main(),
        policies.target(policy),
        "run",
        CUTOFF,
        whole -> new RowScan(policies.main(), policies.target(policy), "run", CUTOFF, whole));
  }

  private static Claim partition(String number, String from, String to) {
    return new ExpiredPartition(
        "visits",
        "run",
        CUTOFF,
        "public.visit",
        "public.visit_" + number,
        from + " 00:00:00+00",
        to + " 00:00:00+00");
  }

  private static Claim rows(String policy, String id, String day) {
    return new ExpiredRecords(policy, "run", CUTOFF, List.of(List.of(id, day + " 00:00:00+00")));
  }
}

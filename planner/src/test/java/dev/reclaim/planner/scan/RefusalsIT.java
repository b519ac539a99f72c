package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.Forecast;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RefusalsIT {
  private static final String TABLES =
      """
      CREATE TABLE item (id int PRIMARY KEY, at timestamptz, up int REFERENCES item);
      CREATE INDEX ON item (up);
      CREATE TABLE part (id int PRIMARY KEY, item int REFERENCES item ON DELETE CASCADE);
      CREATE INDEX ON part (item);
      CREATE TABLE bill (item int CONSTRAINT needs_item REFERENCES item);
      CREATE INDEX ON bill (item);
      CREATE TABLE note (part int CONSTRAINT needs_part REFERENCES part ON DELETE RESTRICT);
      CREATE INDEX ON note (part);
      """;

  private static final String POLICIES =
      """
      - { name: items, table: main.public.item, expire: { after: P30D, by: at } }
      - { name: other, table: main.public.item, expire: { after: P30D, by: at } }
      - { name: marked, table: main.public.item, expire: { after: P30D, by: at }, action: { set: { up: 9 } } }
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

  @BeforeEach
  void fill() {
    policies.execute(
        """
        TRUNCATE item CASCADE;
        TRUNCATE reclaim.refused_row;
        INSERT INTO item SELECT i, now() - interval '40 days' FROM generate_series(1, 9) i
        """);
  }

  @Test
  void leavesOutWhatForeignKeysHoldAndSaysWhich() {
    // Given
    policies.execute(
        """
        INSERT INTO bill VALUES (2), (2), (3);
        INSERT INTO part VALUES (40, 4), (50, 5); INSERT INTO note VALUES (40)
        """);

    // When
    Found found = scan("items");

    // Then
    assertThat(found.ids()).containsExactly("1", "5", "6", "7", "8", "9");
    assertThat(found.refused()).isEqualTo(3);
    assertThat(found.notes())
        .containsExactly(
            "2 refused: held by the foreign key needs_item of public.bill",
            "1 refused: held by the foreign key needs_part of public.note");
  }

  @Test
  void claimsThemAsSoonAsTheyAreFree() {
    // Given
    policies.execute("INSERT INTO bill VALUES (2)");
    assertThat(scan("items").ids()).hasSize(8);

    // When
    policies.execute("DELETE FROM bill");

    // Then
    assertThat(scan("items").ids()).hasSize(9);
  }

  @Test
  void leavesOutRowsThatYoungRowsOfTheirOwnTableHold() {
    // Given
    policies.execute("INSERT INTO item VALUES (21, now(), 1), (22, now() - interval '50 days', 3)");

    // Then
    assertThat(scan("items").ids()).hasSize(9).doesNotContain("1").contains("3", "22");
  }

  @Test
  void marksRowsWhateverRefersToThem() {
    policies.execute("INSERT INTO bill VALUES (2)");
    assertThat(scan("marked").ids()).hasSize(9);
  }

  @Test
  void doesNotTryARefusedRowAgainUntilItChangesOrItsTimeHasCome() {
    // Given
    policies.execute(
        """
        INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at)
        SELECT 'items', ARRAY[id::text], xmin::text, 'the trigger keeper of public.item', now() + interval '1 day'
          FROM item WHERE id IN (3, 4);
        INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at)
        SELECT 'items', ARRAY[id::text], xmin::text, 'somebody', now() - interval '1 second' FROM item WHERE id = 5
        """);

    // When
    Found found = scan("items");
    policies.execute("UPDATE item SET at = at WHERE id = 4");

    // Then
    assertThat(found.ids()).hasSize(7).doesNotContain("3", "4");
    assertThat(found.refused()).isEqualTo(2);
    assertThat(found.notes())
        .containsExactly(
            "2 refused: before and not changed since, not tried again for now: the trigger keeper of public.item");
    assertThat(scan("items").ids()).hasSize(8).contains("4");
    assertThat(scan("other").ids()).hasSize(9);
  }

  @Test
  void plansWhatARunWouldClaim() {
    // Given
    policies.execute(
        """
        INSERT INTO bill VALUES (2);
        INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at)
        SELECT 'items', ARRAY[id::text], xmin::text, 'no', now() + interval '1 day' FROM item WHERE id = 3
        """);
    DryRun dryRun = new DryRun(policies.file(), policies.databases(), policies.targets(), Map.of());

    // When
    Forecast forecast =
        dryRun.of(policies.policy("items"), Optional.empty(), Trust.UNRECORDED, key -> {});

    // Then
    assertThat(forecast.claimed()).isEqualTo(scan("items").ids().size()).isEqualTo(7);
    assertThat(forecast.stays().refused()).isEqualTo(2);
    assertThat(forecast.notes())
        .contains("1 refused: held by the foreign key needs_item of public.bill");
  }

  @Test
  void forgetsRowsThatAreGoneAndMemoriesThatNobodyNeeds() {
    // Given
    policies.execute(
        """
        INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at)
        SELECT 'items', ARRAY[i::text], '1', 'no', now() - make_interval(days => CASE i WHEN 2 THEN 61 ELSE 0 END)
          FROM unnest(ARRAY[1, 2, 77, 78]) i;
        INSERT INTO reclaim.refused_row (policy, key, row_version, by, again_at) VALUES ('other', '{77}', '1', 'no', now())
        """);

    // When
    Refusals.forget(policies.main(), policies.target("items"));

    // Then
    assertThat(
            policies.texts(
                "SELECT policy || key::text FROM reclaim.refused_row ORDER BY policy, key"))
        .containsExactly("items{1}", "other{77}");
  }

  private record Found(List<String> ids, long refused, List<String> notes) {}

  private Found scan(String policy) {
    List<String> ids = new ArrayList<>();
    long refused = 0;
    try (RowScan scan =
        new RowScan(
            policies.main(),
            policies.target(policy),
            policy + "/run",
            Instant.now().minus(Duration.ofDays(30)))) {
      String position = Scan.START;
      for (boolean last = false; !last; ) {
        Scan.Batch batch = scan.next(position);
        batch.claims().stream()
            .flatMap(claim -> ((ExpiredRecords) claim).keys().stream())
            .forEach(key -> ids.add(key.get(0)));
        refused += batch.refused();
        position = batch.position();
        last = batch.last();
      }
      return new Found(ids, refused, scan.notes());
    }
  }
}

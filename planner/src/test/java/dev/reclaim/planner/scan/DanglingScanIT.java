package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.RowTarget;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows whose files are gone. */
@RequiresServers
class DanglingScanIT {
  private final ListedFiles store = new ListedFiles();
  private TestPolicies policies;

  @BeforeEach
  void createTable(TestDatabase database) {
    policies =
        TestPolicies.of(
            database,
            "CREATE TABLE job (id int PRIMARY KEY, url text, made timestamptz DEFAULT now() - interval '9 days')",
            "renders: { s3: { bucket: renders, endpoint: \"http://minio.local:9000\", region: x, pathStyle: true }, state: main }\n",
            """
            - name: broken
              table: main.public.job
              expire: { after: P7D, by: made, files: gone }
              files: [ { column: url, store: renders } ]
            """);
  }

  @AfterEach
  void close() {
    policies.close();
  }

  @Test
  void findsExactlyTheOldRowsWhoseFilesAreNotInTheListing() {
    // Given
    store.file("a/there.png", Instant.now(), 1);
    policies.execute(
        """
        INSERT INTO job (id, url) VALUES (1, 'a/gone.png'), (2, 'http://minio.local:9000/renders/a/there.png'),
          (3, 's3://renders/a/gone.png'), (4, NULL), (5, 'gs://other/a/gone.png'), (6, '/a//there.png');
        INSERT INTO job VALUES (7, 'a/gone.png', now())
        """);

    // When
    Scan.Batch found = scan();

    // Then
    assertThat(keys(found)).containsExactlyInAnyOrder(List.of("1"), List.of("3"));
    assertThat(found.guarded()).isEqualTo(4);
  }

  @Test
  void stopsWhereTheStoreHasNoFileAtAll() {
    policies.execute("INSERT INTO job (id, url) VALUES (1, 'a/gone.png')");

    assertThatThrownBy(this::scan)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WAITING))
        .hasMessageContaining("the store renders has no file at all");
  }

  @Test
  void stopsWhereHardlyAnyRowHasItsFile() {
    store.file("files/1.png", Instant.now(), 1);
    store.file("3.png", Instant.now(), 1);
    policies.execute(
        "INSERT INTO job (id, url) SELECT n, n || '.png' FROM generate_series(1, 30) AS n");

    assertThatThrownBy(this::scan)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WAITING))
        .hasMessageContaining("of 30 rows that were looked at 29 name files of which none is there")
        .hasMessageContaining("reclaim run --accept-references broken");
    assertThat(keys(scan(Trust.ACCEPTED))).hasSize(29).doesNotContain(List.of("3"));

    // When the young ones have theirs, which shows that names are read as they are meant
    policies.execute("INSERT INTO job SELECT n, '3.png', now() FROM generate_series(31, 40) AS n");
    assertThat(keys(scan())).hasSize(29).doesNotContain(List.of("3"));
  }

  private static List<List<String>> keys(Scan.Batch batch) {
    return batch.claims().stream()
        .flatMap(claim -> ((ExpiredRecords) claim).keys().stream())
        .toList();
  }

  private Scan.Batch scan() {
    return scan(Trust.AS_BEFORE);
  }

  private Scan.Batch scan(Trust trust) {
    RowTarget target = policies.target("broken");
    try (Scan scan =
        new DanglingScan(
            new RowScan(
                policies.main(), target, "broken/run", Instant.now().minus(Duration.ofDays(7))),
            policies.main(),
            target,
            new NamedFiles(policies.file(), target),
            Map.of("renders", store),
            trust)) {
      return scan.next(Scan.START);
    }
  }
}

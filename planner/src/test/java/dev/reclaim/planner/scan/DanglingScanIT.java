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
    assertThat(found.claims())
        .flatExtracting(claim -> ((ExpiredRecords) claim).keys())
        .containsExactlyInAnyOrder(List.of("1"), List.of("3"));
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

  private Scan.Batch scan() {
    RowTarget target = policies.target("broken");
    try (Scan scan =
        new DanglingScan(
            new RowScan(
                policies.main(), target, "broken/run", Instant.now().minus(Duration.ofDays(7))),
            policies.main(),
            target,
            new NamedFiles(policies.file(), target),
            Map.of("renders", store))) {
      return scan.next(Scan.START);
    }
  }
}

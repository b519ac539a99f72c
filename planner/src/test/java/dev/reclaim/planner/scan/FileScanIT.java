package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.planner.scan.Scan.Batch;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.S3Settings;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresServers
class FileScanIT {
  private static final String TABLES =
      """
      CREATE TABLE render (id int PRIMARY KEY, url text, at timestamptz);
      CREATE TABLE asset (id int PRIMARY KEY, files jsonb, list text[], more json, name text);
      CREATE TABLE picture (id int PRIMARY KEY, url text, doc jsonb);
      CREATE TABLE clip (id int PRIMARY KEY, path text, at timestamptz);
      """;

  private final Instant now = Instant.now();
  private final Instant old = now.minus(Duration.ofDays(3));
  @TempDir private Path directory;
  private TestPolicies policies;
  private TestBucket bucket;

  @BeforeEach
  void createTables(TestDatabase database, TestBucket created) {
    bucket = created;
    policies =
        TestPolicies.of(
            database,
            TABLES,
            """
            renders: { s3: { bucket: %s, endpoint: %s, pathStyle: true }, state: main }
            temp: { directory: %3$s, state: main }
            lenient:
              directory: %3$s
              state: main
              references: { ignore: ["https://other.example/"], unparseable: keep-all }
            """
                .formatted(bucket.name(), bucket.endpoint(), directory),
            """
            - name: orphans
              store: renders
              prefix: jobs/
              older-than: P1D
              referenced-by:
                - { table: main.public.render, column: url }
                - { table: main.public.asset, column: files }
                - { table: main.public.asset, column: list }
                - { table: main.public.asset, column: more, path: "$.takes[*].file" }
                - { table: main.public.asset, expression: "'jobs/' || name || '.mp4'" }
            - name: clips
              table: main.public.clip
              expire: { after: P30D, by: at }
              files: [ { column: path, store: renders } ]
            - name: renders
              table: main.public.render
              expire: { after: P30D, by: at }
            - name: lenient
              store: lenient
              older-than: P1D
              referenced-by:
                - { table: main.public.picture, column: url }
                - { table: main.public.picture, column: doc }
                - { table: main.public.picture, expression: "doc ->> 'LONG'" }
            - name: temp
              store: temp
              older-than: P1D
              referenced-by: none
            """
                .replace("LONG", "abcdefghij".repeat(400)));
  }

  @AfterEach
  void close() {
    policies.close();
  }

  @Test
  void findsExactlyTheOrphansOfABucketWhateverTheSpelling() {
    // Given
    IntStream.rangeClosed(1, 15).forEach(i -> plant("jobs/%d.mp4".formatted(i), old));
    plant("jobs/a b+c.mp4", old);
    plant("jobs/young.mp4", now);
    plant("elsewhere/1.mp4", old);
    plant("jobs-old/1.mp4", old);
    policies.execute(
        """
        INSERT INTO render (id, url) VALUES
          (1, 'jobs/1.mp4'), (2, '/jobs/2.mp4'), (3, 's3://%1$s/jobs/3.mp4'), (4, '%2$s/%1$s/jobs/4.mp4?X-Amz-Date=1'),
          (5, '%2$s/%1$s/jobs/a%%20b%%2Bc.mp4'), (6, ''), (7, NULL);
        INSERT INTO asset VALUES (1, '["jobs/5.mp4", "jobs/gone.mp4"]'), (2, '"jobs/6.mp4"'),
          (3, '{"a": [{"b": "jobs/10.mp4"}], "jobs/11.mp4": 3}');
        INSERT INTO asset VALUES
          (4, NULL, '{jobs/12.mp4,NULL}', '{"file": "jobs/9.mp4", "takes": [{"file": "jobs/13.mp4"}, {"file": ["jobs/14.mp4"]}]}', '15');
        INSERT INTO clip VALUES (1, 'jobs/7.mp4');
        """
            .formatted(bucket.name(), bucket.endpoint()));

    // When
    Batch found = scanBucket(false);

    // Then
    assertThat(paths(found)).containsExactlyInAnyOrder("jobs/8.mp4", "jobs/9.mp4");
    assertThat(found.guarded()).isEqualTo(14);
    assertThat(found.last()).isTrue();
  }

  @Test
  void findsTheOldFilesOfADirectoryByAgeAlone() throws IOException {
    // Given
    for (String name : List.of("old", "sub/old", "young")) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
      Files.setLastModifiedTime(file, FileTime.from(name.endsWith("old") ? old : now));
    }
    policies.execute("INSERT INTO render (id, url) VALUES (1, 'old')");

    // When
    try (ObjectStore store = ObjectStores.open("temp", policies.file().store("temp").settings());
        FileScan scan = open("temp", store, false)) {
      // Then
      assertThat(paths(scan.next(Scan.START))).containsExactlyInAnyOrder("old", "sub/old");
    }
  }

  @Test
  void stopsWhereNoColumnNamesAFile() {
    // Given
    plant("jobs/1.mp4", old);
    policies.execute(
        "INSERT INTO render (id, url) VALUES (1, ''), (2, ' '), (3, NULL); INSERT INTO asset VALUES (1, '[]')");

    // Then
    assertWaits(() -> scanBucket(false), "no column names a single file");
    assertThat(paths(scanBucket(true))).containsExactly("jobs/1.mp4");
    assertWaits(() -> scanBucket(false), "no column names a single file");
  }

  @Test
  void stopsWhereAFifthOfTheReferencesIsGoneAndIsToldOnce() {
    // Given
    plant("jobs/1.mp4", old);
    renders(100);
    scanBucket(false);

    // When
    policies.execute("DELETE FROM render WHERE id > 81");
    assertThat(paths(scanBucket(false))).isEmpty();
    renders(100);
    scanBucket(false);
    policies.execute(
        "DELETE FROM render WHERE id > 80 OR id = 1; INSERT INTO render (id, url) VALUES (101, 'jobs/2.mp4')");

    // Then
    assertWaits(
        () -> scanBucket(false),
        "main.public.render.url names 80 files, 100 were to be expected after 100 last time");
    assertThat(paths(scanBucket(true))).containsExactly("jobs/1.mp4");
    assertThat(paths(scanBucket(false))).containsExactly("jobs/1.mp4");
  }

  @Test
  void countsARowOnceHoweverManyFilesItNames() {
    // Given
    plant("jobs/1.mp4", old);
    policies.execute(
        """
        INSERT INTO asset (id, files, list)
        SELECT i, jsonb_build_object('a', 'jobs/x' || i, 'b', 'jobs/y' || i), ARRAY['', 'jobs/z' || i, 'jobs/u' || i]
          FROM generate_series(1, 10) i;
        INSERT INTO asset (id, files, list) VALUES (11, '{"jobs/no-value": 1}', '{[]}');
        """);

    // When
    scanBucket(false);

    // Then
    assertThat(
            policies.texts("SELECT source || ' ' || refs FROM reclaim.reference_count ORDER BY 1"))
        .containsExactly(
            "main.public.asset ('jobs/' || name || '.mp4') 0",
            "main.public.asset.files 10",
            "main.public.asset.list 10",
            "main.public.asset.more at $.takes[*].file 0",
            "main.public.clip.path 0",
            "main.public.render.url 0");
  }

  @Test
  void allowsForRowsThatReclaimItselfDeleted() {
    // Given
    renders(100);
    scanBucket(false);
    policies.execute(
        """
        DELETE FROM render WHERE id > 30;
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, kind, payload_digest, outcome)
        VALUES (current_date, 's', '1', 'renders', 'expired-records', 'd', '{"counts": {"deleted": 60}}'),
               (current_date, 's', '2', 'clips', 'expired-records', 'd', '{"counts": {"deleted": 60}}');
        """);

    // Then
    assertWaits(
        () -> scanBucket(false),
        "main.public.render.url names 30 files, 40 were to be expected after 100 last time");
    policies.execute(
        """
        INSERT INTO reclaim.ledger (planned_on, source, id, policy, kind, payload_digest, outcome)
        VALUES (current_date, 's', '3', 'renders', 'expired-records', 'd', '{"counts": {"deleted": 10}}')
        """);
    assertThat(paths(scanBucket(false))).isEmpty();
  }

  @Test
  void stopsAtAReferenceThatCannotBeUnderstood() {
    // Given
    plant("jobs/1.mp4", old);
    renders(3);
    policies.execute("INSERT INTO asset VALUES (1, '{\"url\": \"gs://jobs/1.mp4\"}')");

    // Then
    assertThatThrownBy(() -> scanBucket(true))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
        .hasMessageStartingWith(
            "policy \"orphans\": a reference in main.public.asset.files cannot be understood, so nothing of the store is an orphan for sure: Reference \"gs://jobs/1.mp4\" has the scheme gs")
        .message()
        .hasLineCount(1);
  }

  @Test
  void claimsNothingWhereTheStoreKeepsAllForWhatItCannotRead() throws IOException {
    // Given
    Files.setLastModifiedTime(
        Files.writeString(directory.resolve("orphan"), "x"), FileTime.from(old));
    Files.setLastModifiedTime(
        Files.writeString(directory.resolve("named"), "x"), FileTime.from(old));
    policies.execute(
        """
        INSERT INTO picture VALUES (1, 'named', NULL), (2, 'https://other.example/x', '["gs://a", {"b": "gs://b"}]'),
                                   (3, 's3://c/c', NULL)
        """);

    // When
    try (ObjectStore store =
            ObjectStores.open("lenient", policies.file().store("lenient").settings());
        FileScan scan = open("lenient", store, false)) {
      Batch found = scan.next(Scan.START);

      // Then
      assertThat(found.claims()).isEmpty();
      assertThat(found.guarded()).isEqualTo(2);
      assertThat(found.last()).isTrue();
      assertThat(scan.notes())
          .containsExactly(
              "nothing was claimed, because 3 references to the store could not be read, like \"s3://c/c\" in main.public.picture.url");
    }
    assertThat(policies.texts("SELECT source FROM reclaim.reference_count")).isEmpty();
  }

  @Test
  void passesOverReferencesThatTheStoreIgnores() throws IOException {
    // Given
    for (String name : List.of("orphan", "named")) {
      Files.setLastModifiedTime(
          Files.writeString(directory.resolve(name), "x"), FileTime.from(old));
    }
    policies.execute(
        """
        INSERT INTO picture VALUES (1, 'named', NULL), (2, 'https://other.example/orphan', '["https://other.example/orphan"]')
        """);

    // When
    try (ObjectStore store =
            ObjectStores.open("lenient", policies.file().store("lenient").settings());
        FileScan scan = open("lenient", store, false)) {
      // Then
      assertThat(paths(scan.next(Scan.START))).containsExactly("orphan");
      assertThat(scan.notes()).isEmpty();
    }
    assertThat(
            policies.texts(
                "SELECT left(source, 40) || ' ' || refs FROM reclaim.reference_count ORDER BY 1"))
        .containsExactly(
            "main.public.picture (doc ->> 'abcdefghij 0",
            "main.public.picture.doc 0",
            "main.public.picture.url 1");
  }

  private void renders(int count) {
    policies.execute(
        "INSERT INTO render (id, url) SELECT i, 'jobs/' || i || '.mp4' FROM generate_series(1, %d) i ON CONFLICT DO NOTHING"
            .formatted(count));
  }

  private static void assertWaits(ThrowingCallable scan, String why) {
    assertThatThrownBy(scan)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WAITING))
        .hasMessage(
            "policy \"orphans\" stops before it claims a file: %s. If that is right, say so once: reclaim run --accept-references orphans",
            why);
  }

  private Batch scanBucket(boolean accept) {
    try (ObjectStore store = ObjectStores.open("renders", bucketSettings());
        FileScan scan = open("orphans", store, accept)) {
      return scan.next(Scan.START);
    }
  }

  private S3Settings bucketSettings() {
    return new S3Settings(
        bucket.name(),
        bucket.endpoint(),
        bucket.region(),
        true,
        bucket.accessKey(),
        bucket.secretKey(),
        List.of());
  }

  private FileScan open(String name, ObjectStore store, boolean accept) {
    FilePolicy policy = (FilePolicy) policies.policy(name);
    ReferenceSources sources =
        new ReferenceSources(policies.file(), policy, policies.databases(), Map.of());
    return new FileScan(
        policy,
        store,
        () -> sources.read(accept ? Trust.ACCEPTED : Trust.AS_BEFORE),
        name + "/run",
        now.minus(policy.olderThan()),
        OrphanGate.OPEN);
  }

  private void plant(String key, Instant modified) {
    bucket.plant(key, key.getBytes(StandardCharsets.UTF_8), modified);
  }

  private static List<String> paths(Batch batch) {
    return batch.claims().stream()
        .flatMap(claim -> ((OrphanedFiles) claim).files().stream())
        .map(ClaimedFile::path)
        .toList();
  }
}

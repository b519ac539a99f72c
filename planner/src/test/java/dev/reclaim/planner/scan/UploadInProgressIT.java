package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.TestPolicies;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.S3Settings;
import dev.reclaim.store.StoredObject;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Uploads that end, or go on, while two planners are at the same bucket. */
@RequiresServers
class UploadInProgressIT {
  private static final byte[] PART = new byte[5 << 20];
  private static final List<String> ORPHANS = List.of("a/orphan", "m/orphan", "z/orphan");

  /** Both have the bucket's first file in hand before either goes on. */
  private final CyclicBarrier together = new CyclicBarrier(2);

  private final Instant now = Instant.now();
  private TestBucket bucket;
  private TestPolicies policies;
  private S3Client client;

  @BeforeEach
  void open(TestDatabase database, TestBucket created) {
    bucket = created;
    policies =
        TestPolicies.of(
            database,
            "CREATE TABLE render (id int PRIMARY KEY, url text); INSERT INTO render VALUES (1, 'a/named'), (2, 'z/named')",
            "renders: { s3: { bucket: %s, endpoint: %s, pathStyle: true }, state: main }\n"
                .formatted(bucket.name(), bucket.endpoint()),
            """
            - name: orphans
              store: renders
              older-than: P1D
              referenced-by: [ { table: main.public.render, column: url } ]
            """);
    client =
        S3Client.builder()
            .endpointOverride(bucket.endpoint())
            .region(Region.of(bucket.region()))
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(bucket.accessKey(), bucket.secretKey())))
            .build();
  }

  @AfterEach
  void close() {
    client.close();
    policies.close();
  }

  @Test
  void twoPlannersClaimExactlyTheOrphansWhileUploadsGoOnAndEnd() throws Exception {
    // Given two slow uploads under way, one of which will end while the bucket is listed
    ORPHANS.forEach(this::plantOld);
    plantOld("a/named");
    plantOld("z/named");
    bucket.plant("a/young", new byte[] {1}, now.minus(Duration.ofHours(23)));
    Upload completed = Upload.begin(client, bucket.name(), "m/completed");
    Upload unfinished = Upload.begin(client, bucket.name(), "m/unfinished");

    // When
    ExecutorService planners = Executors.newFixedThreadPool(2);
    try {
      Future<List<String>> first = planners.submit(() -> scan(completed));
      Future<List<String>> second = planners.submit(() -> scan(completed));

      // Then
      assertThat(first.get(1, TimeUnit.MINUTES)).containsExactlyInAnyOrderElementsOf(ORPHANS);
      assertThat(second.get(1, TimeUnit.MINUTES)).containsExactlyInAnyOrderElementsOf(ORPHANS);
    } finally {
      planners.shutdownNow();
    }
    unfinished.complete();
    assertThat(scanOf(store -> store)).containsExactlyInAnyOrderElementsOf(ORPHANS);
    assertThat(bucket.keys()).contains("m/completed", "m/unfinished");
  }

  private List<String> scan(Upload completed) {
    return scanOf(store -> new Interrupted(store, completed));
  }

  private interface Looking {
    ObjectListing at(ObjectStore store);
  }

  private List<String> scanOf(Looking looking) {
    FilePolicy policy = (FilePolicy) policies.policy("orphans");
    ReferenceSources sources =
        new ReferenceSources(policies.file(), policy, policies.databases(), Map.of());
    S3Settings settings =
        new S3Settings(
            bucket.name(),
            bucket.endpoint(),
            bucket.region(),
            true,
            bucket.accessKey(),
            bucket.secretKey(),
            List.of());
    try (ObjectStore store = ObjectStores.open("renders", settings);
        FileScan scan =
            new FileScan(
                policy,
                looking.at(store),
                () -> sources.read(Trust.UNRECORDED),
                "orphans/run",
                now.minus(policy.olderThan()),
                OrphanGate.OPEN)) {
      return scan.next(Scan.START).claims().stream()
          .flatMap(claim -> ((OrphanedFiles) claim).files().stream())
          .map(ClaimedFile::path)
          .toList();
    }
  }

  private void plantOld(String key) {
    bucket.plant(key, key.getBytes(StandardCharsets.UTF_8), now.minus(Duration.ofDays(3)));
  }

  /** A listing in whose middle the upload ends, and which is then read to its end once more. */
  private final class Interrupted implements ObjectListing {
    private final ObjectStore store;
    private final Upload completed;

    Interrupted(ObjectStore store, Upload completed) {
      this.completed = completed;
      this.store = store;
    }

    @Override
    public void list(String prefix, Consumer<StoredObject> visitor) {
      List<StoredObject> before = new ArrayList<>();
      store.list(prefix, before::add);
      try {
        if (together.await(1, TimeUnit.MINUTES) == 0) {
          completed.complete();
        }
        int unused = together.await(1, TimeUnit.MINUTES);
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      store.list(
          prefix,
          object -> {
            if (!before.contains(object)) {
              assertThat(object.path()).isEqualTo("m/completed");
            }
            visitor.accept(object);
          });
    }

    @Override
    public Map<String, StoredObject> stat(Collection<String> paths) {
      return store.stat(paths);
    }
  }

  /** An upload of two parts, the first of which is there. */
  private record Upload(
      S3Client client, String bucket, String key, String id, CompletedPart first) {
    static Upload begin(S3Client client, String bucket, String key) {
      String id = client.createMultipartUpload(it -> it.bucket(bucket).key(key)).uploadId();
      return new Upload(client, bucket, key, id, part(client, bucket, key, id, 1));
    }

    private static CompletedPart part(
        S3Client client, String bucket, String key, String id, int number) {
      String tag =
          client
              .uploadPart(
                  it -> it.bucket(bucket).key(key).uploadId(id).partNumber(number),
                  RequestBody.fromBytes(PART))
              .eTag();
      return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }

    void complete() {
      CompletedPart second = part(client, bucket, key, id, 2);
      Object unused =
          client.completeMultipartUpload(
              it ->
                  it.bucket(bucket)
                      .key(key)
                      .uploadId(id)
                      .multipartUpload(parts -> parts.parts(first, second)));
    }
  }
}

package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.embedded.EmbeddedVersionedS3;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** The bucket store on somebody else's server that keeps versions. */
class VersionedStoreIT implements ObjectStoreContract {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static EmbeddedVersionedS3 server;

  private String bucket;
  private ObjectStore store;
  private S3Clients writer;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = EmbeddedVersionedS3.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    bucket = "versioned-" + BUCKETS.incrementAndGet();
    S3Settings settings =
        new S3Settings(
            bucket,
            server.endpoint(),
            server.region(),
            true,
            server.accessKey(),
            server.secretKey(),
            List.of());
    writer = S3Clients.open(settings);
    writer.changing().createBucket(request -> request.bucket(bucket));
    writer
        .changing()
        .putBucketVersioning(
            request ->
                request
                    .bucket(bucket)
                    .versioningConfiguration(it -> it.status(BucketVersioningStatus.ENABLED)));
    store = ObjectStores.open("versioned", settings);
  }

  @AfterEach
  void close() {
    store.close();
    writer.close();
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Override
  public Deletion deleted() {
    return Deletion.HIDDEN;
  }

  @Override
  public void put(String path, String content) {
    writer
        .changing()
        .putObject(request -> request.bucket(bucket).key(path), RequestBody.fromString(content));
  }

  @Test
  void deletesExactlyTheVersionsThatWereReplaced() {
    assertThat(store.versioning()).isEqualTo(Versioning.ENABLED);
    for (String path : oddPaths()) {
      put(path, "old");
      put(path, "current");
    }
    put("hidden", "12345");
    store.delete(List.of(look("hidden")));
    Leftovers versions = store.leftovers(LeftoverKind.OLD_VERSIONS).orElseThrow();
    List<Leftover> old = new ArrayList<>();
    versions.list("", Instant.now().plusSeconds(60), old::add);

    assertThat(old).hasSize(oddPaths().size() + 1);
    assertThat(old.stream().mapToLong(Leftover::size).sum()).isEqualTo(3L * oddPaths().size() + 5);
    Map<LeftoverId, Leftover> seen = versions.look(old.stream().map(Leftover::id).toList());
    assertThat(seen.values()).containsExactlyInAnyOrderElementsOf(old);
    assertThat(versions.delete(old).values()).containsOnly(Deletion.DELETED);

    assertThat(listed("")).extracting(StoredObject::path).hasSameElementsAs(oddPaths());
    assertThat(listed("")).extracting(StoredObject::size).containsOnly(7L);
    List<Leftover> markers = new ArrayList<>();
    versions.list("", Instant.now().plusSeconds(60), markers::add);
    assertThat(markers)
        .singleElement()
        .matches(it -> it.shape() == Leftover.Shape.DELETE_MARKER)
        .matches(it -> it.id().path().equals("hidden"));
  }

  @Test
  void abortsAnUploadAndSeesItsParts() {
    String upload =
        writer.changing().createMultipartUpload(it -> it.bucket(bucket).key("a b+c")).uploadId();
    writer
        .changing()
        .uploadPart(
            it -> it.bucket(bucket).key("a b+c").uploadId(upload).partNumber(1),
            RequestBody.fromString("12345678"));
    Leftovers uploads = store.leftovers(LeftoverKind.UNFINISHED_UPLOADS).orElseThrow();
    LeftoverId id = new LeftoverId("a b+c", upload);

    Leftover seen = Objects.requireNonNull(uploads.look(List.of(id)).get(id));
    assertThat(seen.size()).isEqualTo(8);
    assertThat(uploads.delete(List.of(seen))).containsEntry(id, Deletion.DELETED);
    assertThat(uploads.look(List.of(id))).isEmpty();
  }
}

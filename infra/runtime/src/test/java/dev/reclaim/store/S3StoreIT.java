package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.settings.UserException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

class S3StoreIT implements ObjectStoreContract, QuarantineContract {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static EmbeddedS3 server;

  private String bucket;
  private ObjectStore store;
  private S3Clients writer;

  @BeforeAll
  static void start(@TempDir Path directory) {
    server = EmbeddedS3.start(directory);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    bucket = "store-it-" + BUCKETS.incrementAndGet();
    server.createBucket(bucket);
    S3Settings settings = settings(bucket, server.endpoint(), server.secretKey());
    store = ObjectStores.open("renders", settings);
    writer = S3Clients.open(settings);
  }

  @AfterEach
  void close() {
    store.close();
    writer.close();
  }

  private static S3Settings settings(String bucket, URI endpoint, @Nullable String secretKey) {
    return new S3Settings(
        bucket, endpoint, server.region(), true, server.accessKey(), secretKey, List.of());
  }

  @Override
  public ObjectStore store() {
    return store;
  }

  @Override
  public void put(String path, String content) {
    writer
        .changing()
        .putObject(request -> request.bucket(bucket).key(path), RequestBody.fromString(content));
  }

  @Override
  public String read(String path) {
    return writer
        .reading()
        .getObjectAsBytes(request -> request.bucket(bucket).key(path))
        .asUtf8String();
  }

  @Test
  void listsAcrossPages() {
    for (int i = 0; i < 2_100; i++) {
      server.plant(bucket, "page/%04d".formatted(i), new byte[] {1}, Instant.EPOCH);
    }

    assertThat(listed("page/"))
        .extracting(StoredObject::path)
        .hasSize(2_100)
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void movesWhatBelongsToAnObjectWithIt() {
    writer
        .changing()
        .putObject(
            request ->
                request
                    .bucket(bucket)
                    .key("a.png")
                    .contentType("image/png")
                    .cacheControl("max-age=60")
                    .metadata(Map.of("owner", "seven")),
            RequestBody.fromString("x"));
    String name = QuarantineName.of("run", "a.png", "right");

    Map<String, Moved> moved =
        store.quarantine().keep(List.of(new StoreQuarantine.Move(look("a.png"), name)));
    StoredObject kept = Objects.requireNonNull(moved.values().iterator().next().at());
    store.quarantine().putBack(List.of(new StoreQuarantine.Move(kept, "a.png")));

    HeadObjectResponse head =
        writer.reading().headObject(request -> request.bucket(bucket).key("a.png"));
    assertThat(head.contentType()).isEqualTo("image/png");
    assertThat(head.cacheControl()).isEqualTo("max-age=60");
    assertThat(head.metadata()).containsEntry("owner", "seven");
    assertThat(writer.reading().listObjectsV2(request -> request.bucket(bucket)).contents())
        .hasSize(1);
  }

  @Test
  void leavesNoTraceOfItsProbe() {
    put("a", "x");
    store.delete(List.of(look("a")));

    assertThat(writer.reading().listObjectsV2(request -> request.bucket(bucket)).contents())
        .isEmpty();
  }

  @Test
  void saysWhatIsWrongWithABucket() {
    assertCheck(
        settings("no-such-bucket", server.endpoint(), server.secretKey()),
        "Store renders (bucket no-such-bucket at %s): there is no such bucket: create it, or correct its name."
            .formatted(server.endpoint()));
    assertCheck(
        settings(bucket, server.endpoint(), "wrong"),
        "the secret key is wrong: correct secretKey.");
    assertCheck(
        new S3Settings(
            bucket, server.endpoint(), server.region(), true, "nobody", "wrong", List.of()),
        "the access key is unknown there: correct accessKey.");
    assertCheck(
        settings(bucket, URI.create("http://127.0.0.1:1"), server.secretKey()), "not reachable");
    assertCheck(
        settings(bucket, URI.create("http://no.such.host.invalid"), server.secretKey()),
        "not reachable");
  }

  private static void assertCheck(S3Settings settings, String message) {
    try (ObjectStore broken = ObjectStores.open("renders", settings)) {
      assertThatThrownBy(broken::check)
          .isInstanceOf(UserException.class)
          .hasMessageContaining(message)
          .message()
          .hasLineCount(1)
          .doesNotContain("wrong-secret");
    }
  }

  @Test
  void unreachableServerIsNoEmptyStore() {
    S3Settings settings = settings(bucket, URI.create("http://127.0.0.1:1"), server.secretKey());
    StoredObject object = new StoredObject("a", 1, "x", Instant.EPOCH);
    try (ObjectStore broken = ObjectStores.open("renders", settings)) {
      assertThatThrownBy(() -> broken.list("", seen -> {}))
          .isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> broken.stat(List.of("a")))
          .isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> broken.delete(List.of(object)))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void missingBucketIsNoEmptyStore() {
    S3Settings settings = settings("no-such-bucket", server.endpoint(), server.secretKey());
    try (ObjectStore broken = ObjectStores.open("renders", settings)) {
      assertThatThrownBy(() -> broken.list("", seen -> {}))
          .isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> broken.stat(List.of("a")))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  /** Facts about this server that the store has to live with. */
  @Test
  void findsOutThatThisServerCallsTheAbsentDeleted() {
    S3Traits traits = new S3Probe(writer.changing(), bucket).run();

    assertThat(traits).isEqualTo(new S3Traits(true, false, false, true));
  }

  @Test
  void settingsKeepTheSecret() {
    assertThat(settings(bucket, server.endpoint(), "s3cr3t").toString()).doesNotContain("s3cr3t");
  }
}

package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.settings.UserException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bucket whose inventory is read in place of listing it. */
class S3InventoryIT {
  private static final AtomicInteger BUCKETS = new AtomicInteger();
  private static final String PREFIX = "daily/";
  private static final String SCHEMA = "Bucket, Key, Size, LastModifiedDate, ETag";
  private static EmbeddedS3 server;

  private String bucket;
  private String inventories;
  private ObjectStore store;

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
    int number = BUCKETS.incrementAndGet();
    bucket = "source-" + number;
    inventories = "inventories-" + number;
    server.createBucket(bucket);
    server.createBucket(inventories);
    store =
        ObjectStores.open(
            "renders",
            new S3Settings(
                bucket,
                server.endpoint(),
                server.region(),
                true,
                server.accessKey(),
                server.secretKey(),
                List.of(),
                new InventorySettings(inventories, PREFIX),
                null));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static String row(String key, String etag) {
    return "\"any\",\"%s\",\"3\",\"2026-01-02T03:04:05.000Z\",\"%s\"\n"
        .formatted(URLEncoder.encode(key, UTF_8), etag);
  }

  private static byte[] zipped(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private String file(String key, byte[] content) throws Exception {
    server.plant(inventories, key, content, Instant.now());
    byte[] md5 = MessageDigest.getInstance("MD5").digest(content);
    return file(key, HexFormat.of().formatHex(md5));
  }

  private static String file(String key, String md5) {
    return "{\"key\": \"%s\", \"size\": 1, \"MD5checksum\": \"%s\"}".formatted(key, md5);
  }

  private void manifest(String day, String source, String schema, String... files) {
    server.plant(
        inventories,
        PREFIX + day + "/manifest.json",
        "{\"sourceBucket\": \"%s\", \"fileFormat\": \"CSV\", \"fileSchema\": \"%s\", \"files\": [%s]}"
            .formatted(source, schema, String.join(",", files))
            .getBytes(UTF_8),
        Instant.now());
  }

  private List<StoredObject> listed(String prefix) {
    List<StoredObject> objects = new ArrayList<>();
    store.list(prefix, objects::add);
    return objects;
  }

  @Test
  void showsExactlyWhatTheNewestInventoryHas() throws Exception {
    // Given
    manifest("2026-01-01T01-00Z", bucket, SCHEMA, file("old.csv", bytes(row("old", "e"))));
    manifest(
        "2026-01-03T01-00Z",
        bucket,
        SCHEMA,
        file("data/1.csv.gz", zipped(row("a b+c", "e1") + row("deep/é,\"q\"\n", "e2"))),
        file("data/2.csv", bytes(row("deep/2", "e3") + row(".reclaim/own", "e") + row("x/", "e"))));
    server.plant(
        inventories, PREFIX + "2026-01-04T01-00Z/being-written", bytes("x"), Instant.now());
    server.plant(inventories, PREFIX + "hive/dt=2026/symlink.txt", bytes("x"), Instant.now());

    // When
    List<StoredObject> all = listed("");

    // Then
    Instant modified = Instant.parse("2026-01-02T03:04:05Z");
    assertThat(all)
        .containsExactly(
            new StoredObject("a b+c", 3, "e1", modified),
            new StoredObject("deep/é,\"q\"\n", 3, "e2", modified),
            new StoredObject("deep/2", 3, "e3", modified));
    assertThat(listed("deep/2")).extracting(StoredObject::path).containsExactly("deep/2");
    store.check();
  }

  @Test
  void leavesOutVersionsThatAreNotTheNewestAndDeleteMarkers() throws Exception {
    String rows =
        """
        "any","now","1","true","false","3","2026-01-02T03:04:05.000Z","e"
        "any","now","2","false","false","3","2026-01-02T03:04:05.000Z","e"
        "any","gone","3","true","true","","2026-01-02T03:04:05.000Z",""
        """;
    manifest(
        "2026-01-01T01-00Z",
        bucket,
        "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag",
        file("data.csv", bytes(rows)));

    assertThat(listed("")).extracting(StoredObject::path).containsExactly("now");
  }

  /** What the inventory says is only where to look: it is days old. */
  @Test
  void deletesOnlyWhatIsStillThereAsTheInventoryHasIt() throws Exception {
    // Given
    server.plant(bucket, "same", bytes("abc"), Instant.EPOCH);
    server.plant(bucket, "changed", bytes("abc"), Instant.EPOCH);
    String etag = Objects.requireNonNull(store.stat(List.of("same")).get("same")).etag();
    server.plant(bucket, "changed", bytes("xyz"), Instant.EPOCH);
    server.plant(bucket, "new", bytes("abc"), Instant.EPOCH);
    manifest(
        "2026-01-01T01-00Z",
        bucket,
        SCHEMA,
        file("1.csv", bytes(row("same", etag) + row("changed", etag) + row("gone", etag))));

    // When
    var deletions = store.delete(listed(""));

    // Then
    assertThat(deletions)
        .containsEntry("same", Deletion.DELETED)
        .containsEntry("changed", Deletion.CHANGED)
        .containsEntry("gone", Deletion.MISSING)
        .hasSize(3);
    assertThat(server.keys(bucket)).containsExactlyInAnyOrder("changed", "new");
  }

  @Test
  void failsWhereAFileIsNotTheOneThatTheManifestMeans() throws Exception {
    server.plant(inventories, "1.csv", bytes(row("a", "e")), Instant.now());
    manifest("2026-01-01T01-00Z", bucket, SCHEMA, file("1.csv", "0".repeat(32)));

    assertThatThrownBy(() -> listed(""))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("checksum");
  }

  @Test
  void failsWhereAFileIsCutOrMissing() throws Exception {
    manifest(
        "2026-01-01T01-00Z", bucket, SCHEMA, file("1.csv", bytes(row("a", "e") + "\"any\",\"b")));
    assertThatThrownBy(() -> listed("")).isInstanceOf(StoreUnavailableException.class);

    manifest("2026-01-02T01-00Z", bucket, SCHEMA, file("none.csv", "0".repeat(32)));
    assertThatThrownBy(() -> listed("")).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void saysWhatIsWrongWithAnInventory() {
    assertThatThrownBy(store::check)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("no dated folder with a manifest.json");

    manifest("2026-01-01T01-00Z", "another", SCHEMA);
    assertThatThrownBy(store::check)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("is of the bucket another, not of " + bucket);

    manifest("2026-01-02T01-00Z", bucket, "Bucket, Key, Size");
    assertThatThrownBy(store::check)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("it has no LastModifiedDate: add size, last modified date and ETag");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

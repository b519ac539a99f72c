package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.store.S3Settings.Deletes;
import dev.reclaim.testing.VersionedS3;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The bucket store where the bucket keeps versions. */
class VersionedStoreTest {
  private VersionedS3 server;
  private ObjectStore store;

  @BeforeEach
  void start() {
    server = new VersionedS3();
    open(null);
  }

  private void open(@Nullable Deletes deletes) {
    store = ObjectStores.open("versioned", settings(server, deletes));
  }

  static S3Settings settings(VersionedS3 server, @Nullable Deletes deletes) {
    S3Settings settings =
        new S3Settings(
            VersionedS3.BUCKET, server.endpoint(), "us-east-1", true, "key", "secret", List.of());
    return deletes == null ? settings : settings.deleting(deletes);
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private StoredObject look(String path) {
    return Objects.requireNonNull(store.stat(List.of(path)).get(path));
  }

  private StoredObject putAndLook(String path, int bytes) {
    server.put(path, bytes, Instant.now());
    return look(path);
  }

  abstract class OnThisBucket implements ObjectStoreContract {
    @Override
    public ObjectStore store() {
      return store;
    }

    @Override
    public void put(String path, String content) {
      server.put(path, content.getBytes(UTF_8), Instant.now());
    }
  }

  @Nested
  class WhoseFilesAreHidden extends OnThisBucket {
    @Override
    public Deletion deleted() {
      return Deletion.HIDDEN;
    }

    @Test
    void hidesAFileAndFreesNothing() {
      StoredObject seen = putAndLook("a", 5);

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.HIDDEN);
      assertThat(store.freesBytes()).isFalse();
      assertThat(server.files()).isEmpty();
      assertThat(server.bytes()).isEqualTo(5);
    }

    @Test
    void keepsWhatIsWrittenAtTheLastMoment() {
      StoredObject seen = putAndLook("a", 5);
      store.freesBytes();
      server.beforeNextChange(() -> server.put("a", 7, Instant.now()));

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.CHANGED);
      assertThat(server.files()).containsExactly("a");
    }

    @Test
    void leavesNoTraceOfItsProbe() {
      assertThat(store.freesBytes()).isFalse();
      assertThat(server.versions()).isEmpty();
    }

    @Test
    void comesBackByTheBucketsOwnVersions() {
      StoredObject seen = putAndLook("a", 5);
      store.delete(List.of(seen));

      server.deleteVersion(
          "a",
          server.versions().stream()
              .filter(it -> it.endsWith("*"))
              .map(it -> it.replaceAll("a@|[*]", ""))
              .findFirst()
              .orElseThrow());

      assertThat(store.stat(List.of("a"))).containsEntry("a", seen);
    }
  }

  @Nested
  class ThatHonoursNoConditions extends OnThisBucket {
    @BeforeEach
    void behave() {
      server.ignoresConditions(true);
      server.callsTheAbsentDeleted(true);
    }

    @Override
    public Deletion deleted() {
      return Deletion.HIDDEN;
    }

    @Test
    void saysSoAndLeavesNoTrace() {
      assertThat(store.caution()).get().asString().contains("does not honour conditional");
      assertThat(server.versions()).isEmpty();
    }
  }

  @Nested
  class WhoseVersionsGo extends OnThisBucket {
    @BeforeEach
    void reopen() {
      store.close();
      open(Deletes.VERSIONS);
    }

    @Test
    void givesItsBytesBack() {
      StoredObject seen = putAndLook("a", 5);

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.DELETED);
      assertThat(store.freesBytes()).isTrue();
      assertThat(server.bytes()).isZero();
      assertThat(server.versions()).isEmpty();
    }

    /** The upload races the deletion: it is the version that was looked at which goes. */
    @Test
    void keepsTheVersionWrittenAtTheLastMoment() {
      StoredObject seen = putAndLook("a", 5);
      store.freesBytes();
      server.beforeNextChange(() -> server.put("a", 7, Instant.now()));

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.DELETED);
      assertThat(server.files()).containsExactly("a");
      assertThat(server.bytes()).isEqualTo(7);
    }

    @Test
    void keepsWhatAHoldOfTheStoreKeeps() {
      server.hold(server.put("a", 5, Instant.now()));
      StoredObject seen = VersionedStoreTest.this.look("a");

      assertThat(store.delete(List.of(seen)).get("a"))
          .isEqualTo(Deletion.retained("a legal hold of the store keeps it"));
      assertThat(server.bytes()).isEqualTo(5);
    }
  }

  @Nested
  class ThatKeepsNone {
    @Test
    void isToldApart() {
      assertThat(store.versioning()).isEqualTo(Versioning.ENABLED);
      server.versioning(true, true);
      assertThat(store.versioning()).isEqualTo(Versioning.SUSPENDED);
      server.versioning(false, false);
      assertThat(store.versioning()).isEqualTo(Versioning.NONE);
      assertThat(store.freesBytes()).isTrue();
      StoredObject seen = putAndLook("a", 5);
      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.DELETED);
      assertThat(server.bytes()).isZero();
    }
  }
}

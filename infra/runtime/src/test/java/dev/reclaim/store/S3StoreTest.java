package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bucket store against each kind of server there is. */
class S3StoreTest {
  private FakeS3 server;
  private ObjectStore store;

  @BeforeEach
  void open() {
    server = new FakeS3();
    store = ObjectStores.open("fake", server.settings());
  }

  @AfterEach
  void close() {
    store.close();
    server.close();
  }

  private StoredObject putAndLook(String path, String content) {
    server.put(path, content);
    return Objects.requireNonNull(store.stat(List.of(path)).get(path));
  }

  abstract class OnThisServer implements ObjectStoreContract, QuarantineContract {
    @Override
    public ObjectStore store() {
      return store;
    }

    @Override
    public void put(String path, String content) {
      server.put(path, content);
    }

    @Override
    public String read(String path) {
      return server.content(path);
    }
  }

  @Nested
  class ThatAnswersExactly extends OnThisServer {
    @Test
    void givesNoCauseForCaution() {
      assertThat(store.caution()).isEmpty();
    }

    @Test
    void isNotLookedAtFirst() {
      StoredObject seen = putAndLook("a", "x");
      server.overtaken.add("a");

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.MISSING);
    }

    @Test
    void keepsWhatIsWrittenAtTheLastMoment() {
      StoredObject seen = putAndLook("a", "x");
      server.renewed.add("a");

      assertThat(store.delete(List.of(seen))).containsEntry("a", Deletion.CHANGED);
      assertThat(server.keys()).contains("a");
    }
  }

  @Nested
  class ThatCallsTheAbsentChanged extends OnThisServer {
    @BeforeEach
    void behave() {
      server.absence = "PreconditionFailed";
    }
  }

  @Nested
  class ThatCallsTheAbsentDeleted extends OnThisServer {
    @BeforeEach
    void behave() {
      server.absence = "Deleted";
    }
  }

  @Nested
  class ThatIgnoresConditions extends OnThisServer {
    @BeforeEach
    void behave() {
      server.ignoresConditions = true;
    }

    @Test
    void saysSo() {
      assertThat(store.caution())
          .get()
          .asString()
          .contains("does not honour conditional deletions");
      assertThat(server.keys()).isEmpty();
    }
  }

  @Nested
  class ThatForbidsTheProbe extends OnThisServer {
    @BeforeEach
    void behave() {
      server.absence = "Deleted";
      server.forbidsWriting = true;
    }
  }

  @Test
  void bucketThatBecomesVersionedHidesAndFreesNothing() {
    StoredObject seen = putAndLook("a", "x");
    assertThat(store.delete(List.of(putAndLook("first", "x"))))
        .containsEntry("first", Deletion.DELETED);
    server.versioned = true;

    assertThat(store.delete(List.of(seen)).values())
        .singleElement()
        .matches(deletion -> deletion.result() == DeletionResult.FAILED)
        .matches(deletion -> deletion.reason().contains("delete marker"));
  }

  @Test
  void tellsDenialFromOtherRefusals() {
    StoredObject locked = putAndLook("locked", "x");
    StoredObject odd = putAndLook("odd", "x");
    server.errors.putAll(Map.of("locked", "AccessDenied", "odd", "InvalidObjectState"));

    Map<String, Deletion> results = store.delete(List.of(locked, odd));

    assertThat(results)
        .hasEntrySatisfying(
            "locked", deletion -> assertThat(deletion.result()).isEqualTo(DeletionResult.DENIED));
    assertThat(results).containsEntry("odd", Deletion.failed("InvalidObjectState"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"InternalError", "SlowDown", ""})
  void troubleWithOneKeyLeavesItsEndUnknownAndThoseOfTheOthersKnown(String code) {
    StoredObject good = putAndLook("good", "x");
    StoredObject bad = putAndLook("bad", "x");
    server.errors.put("bad", code);

    assertThatThrownBy(() -> store.delete(List.of(good, bad)))
        .isInstanceOfSatisfying(
            StoreUnavailableException.class,
            e -> assertThat(e.known()).isEqualTo(Map.of("good", Deletion.DELETED)));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 403, 429})
  void doesNotRepeatADeletionWhoseEffectIsUnknown(int status) {
    store.delete(List.of(putAndLook("first", "x")));
    StoredObject seen = putAndLook("a", "x");
    server.deletionStatus = status;
    server.deletions = 0;

    assertThatThrownBy(() -> store.delete(List.of(seen)))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(server.deletions).isEqualTo(1);
  }

  @Test
  void listingThatBreaksOffIsNotComplete() {
    IntStream.range(0, 1_500).forEach(i -> server.put("page/" + i, "x"));
    server.breaksListings = true;

    assertThatThrownBy(() -> store.list("", seen -> {}))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("breaks off");
  }

  @Test
  void takesTheLongestKeysThereAre() {
    String key = "k".repeat(1_024);
    StoredObject seen = putAndLook(key, "x");
    List<StoredObject> listed = new ArrayList<>();

    store.list("", listed::add);

    assertThat(listed).extracting(StoredObject::path).containsExactly(key);
    assertThat(store.delete(List.of(seen))).containsEntry(key, Deletion.DELETED);
    assertThat(server.keys()).isEmpty();
  }

  @Test
  void listsAcrossPages() {
    IntStream.range(0, 1_500).forEach(i -> server.put("page/" + i, "x"));
    long[] shown = {0};

    store.list("page/", seen -> shown[0]++);

    assertThat(shown[0]).isEqualTo(1_500);
  }
}

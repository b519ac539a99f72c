package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.store.StoreQuarantine.Move;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What servers do to a copy that they should not. */
class S3QuarantineTest {
  private static final String NAME = QuarantineName.of("run", "a", "right");

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

  private Moved keep() {
    StoredObject seen = Objects.requireNonNull(store.stat(List.of("a")).get("a"));
    return Objects.requireNonNull(store.quarantine().keep(List.of(new Move(seen, NAME))).get("a"));
  }

  private Moved putBack(StoredObject kept) {
    return Objects.requireNonNull(
        store.quarantine().putBack(List.of(new Move(kept, "a"))).get(NAME));
  }

  @Test
  void keepsTheOriginalOfACopyThatIsNotWhole() {
    server.put("a", "content");
    server.halvesCopies = true;

    assertThat(keep().result()).isEqualTo(Moved.Result.FAILED);

    assertThat(server.content("a")).isEqualTo("content");
  }

  @Test
  void keepsWhatWasWrittenBetweenTheCopyAndTheDeletion() {
    server.put("a", "content");
    server.renewed.add("a");

    assertThat(keep().result()).isEqualTo(Moved.Result.CHANGED);

    assertThat(server.content("a")).isEqualTo("renewed");
  }

  @Test
  void keepsItsCopyUntilWhatIsBroughtBackIsWhole() {
    server.put("a", "content");
    StoredObject kept = Objects.requireNonNull(keep().at());
    server.halvesCopies = true;

    assertThat(putBack(kept).result()).isEqualTo(Moved.Result.FAILED);

    assertThat(server.content(StorePaths.QUARANTINE + NAME)).isEqualTo("content");
  }

  @Test
  void bringsBackWhereAServerHasNoSuchConditionOnCopies() {
    server.put("a", "content");
    StoredObject kept = Objects.requireNonNull(keep().at());
    server.copyConditions = 501;

    assertThat(putBack(kept).result()).isEqualTo(Moved.Result.MOVED);

    assertThat(server.keys()).containsExactly("a");
  }

  @Test
  void finishesWhatAnAttemptHadCopiedWhoseAnswerWasLost() {
    server.put("a", "content");
    StoredObject kept = Objects.requireNonNull(keep().at());
    server.put("a", "content");

    assertThat(putBack(kept).result()).isEqualTo(Moved.Result.MOVED);

    assertThat(server.keys()).containsExactly("a");
  }

  @Test
  void movesNothingInABucketThatKeepsVersions() {
    server.versioned = true;
    server.put("a", "content");

    assertThat(keep().result()).isEqualTo(Moved.Result.FAILED);

    assertThat(server.content("a")).isEqualTo("content");
    assertThat(server.keys()).doesNotContain(StorePaths.QUARANTINE + NAME);
  }

  @Test
  void freesTheBytesOfABucketThatKeepsVersionsByNowWhenItRemovesForGood() {
    server.put("a", "content");
    StoredObject kept = Objects.requireNonNull(keep().at());
    server.versioned = true;

    try (ObjectStore again = ObjectStores.open("fake", server.settings())) {
      assertThat(again.quarantine().remove(List.of(kept))).containsEntry(NAME, Deletion.DELETED);
    }

    assertThat(server.keys()).doesNotContain(StorePaths.QUARANTINE + NAME);
  }
}

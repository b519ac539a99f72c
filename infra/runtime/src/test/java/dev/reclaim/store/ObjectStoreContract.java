package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every store owes its callers, whatever it is made of. */
interface ObjectStoreContract extends QuarantineContract {
  @Override
  ObjectStore store();

  /** Writes as another program does, not through the store. */
  @Override
  void put(String path, String content);

  /** Paths that are trouble somewhere; those the store cannot hold at all may be left out. */
  default List<String> oddPaths() {
    return List.of(
        "plain.txt",
        "with space.txt",
        "a+b.txt",
        "per%20cent.txt",
        "what?.txt",
        "no#1.txt",
        "umläut/grün.txt",
        "emoji/😀.txt",
        "deep/er/and/deeper.txt",
        "quote'\"&<>.txt",
        "[a].txt",
        "{b}.txt");
  }

  default List<StoredObject> listed(String prefix) {
    List<StoredObject> objects = new ArrayList<>();
    store().list(prefix, objects::add);
    return objects;
  }

  default StoredObject look(String path) {
    StoredObject found = store().stat(List.of(path)).get(path);
    assertThat(found).as(path).isNotNull();
    return found;
  }

  @Test
  default void listsExactlyWhatIsThere() {
    oddPaths().forEach(path -> put(path, path));

    assertThat(listed(""))
        .extracting(StoredObject::path)
        .containsExactlyInAnyOrderElementsOf(oddPaths());
  }

  @Test
  default void listsSizeTimeAndTagAsALookShowsThem() {
    put("a/b.txt", "12345");

    StoredObject listed = listed("").get(0);

    assertThat(listed.size()).isEqualTo(5);
    assertThat(listed.etag()).isNotEmpty().doesNotContain("\"");
    assertThat(listed.modified()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
    StoredObject looked = look("a/b.txt");
    assertThat(looked.size()).isEqualTo(listed.size());
    assertThat(looked.etag()).isEqualTo(listed.etag());
  }

  @Test
  default void listsByPrefixOfText() {
    List.of("ab/1", "ab/c/2", "abc/3", "b/4").forEach(path -> put(path, path));

    assertThat(listed("ab")).extracting(StoredObject::path).containsOnly("ab/1", "ab/c/2", "abc/3");
    assertThat(listed("ab/")).extracting(StoredObject::path).containsOnly("ab/1", "ab/c/2");
    assertThat(listed("ab/c")).extracting(StoredObject::path).containsOnly("ab/c/2");
    assertThat(listed("ab/c/2")).extracting(StoredObject::path).containsOnly("ab/c/2");
    assertThat(listed("none/")).isEmpty();
    assertThat(listed("../")).isEmpty();
  }

  @Test
  default void hidesWhatIsReclaimsOwn() {
    put(".reclaim/probe", "x");
    put("seen", "x");

    assertThat(listed("")).extracting(StoredObject::path).containsOnly("seen");
    assertThat(listed(".reclaim/")).isEmpty();
    assertThat(store().stat(List.of(".reclaim/probe", "seen"))).containsOnlyKeys("seen");
    StoredObject own = new StoredObject(".reclaim/probe", 1, "x", Instant.EPOCH);
    assertThat(store().delete(List.of(own)).get(".reclaim/probe"))
        .extracting(Deletion::result)
        .isEqualTo(DeletionResult.DENIED);
  }

  @Test
  default void findsThoseThatAreThere() {
    oddPaths().forEach(path -> put(path, path));
    List<String> asked = new ArrayList<>(oddPaths());
    asked.addAll(
        List.of("missing", "deep", "deep/er", "plain.txt/x", "../x", "a/../b", "", "/", "a//b"));

    assertThat(store().stat(asked)).containsOnlyKeys(oddPaths());
  }

  @Test
  default void knowsOfNoFileWhoseNameNoStoreCanHave() {
    put("a", "1");
    List<String> endless =
        List.of(
            "x".repeat(256),
            "ü".repeat(200),
            "x".repeat(5_000),
            "a/" + "y".repeat(2_000),
            "b/".repeat(600) + "c");

    assertThat(store().stat(Stream.concat(endless.stream(), Stream.of("a")).toList()))
        .containsOnlyKeys("a");
  }

  @Test
  default void deletesEachAsItWasSeenAndSaysWhatBecameOfIt() {
    oddPaths().forEach(path -> put(path, path));
    put("changed", "before");
    put("gone", "x");
    put("kept", "x");
    List<StoredObject> claimed = new ArrayList<>(listed(""));
    claimed.removeIf(object -> object.path().equals("kept"));
    put("changed", "after, and longer");
    assertThat(store().delete(List.of(look("gone")))).isEqualTo(Map.of("gone", Deletion.DELETED));

    Map<String, Deletion> results = store().delete(claimed);

    assertThat(results).hasSize(claimed.size());
    assertThat(results.remove("changed")).isEqualTo(Deletion.CHANGED);
    assertThat(results.remove("gone")).isEqualTo(Deletion.MISSING);
    assertThat(results).containsOnlyKeys(oddPaths());
    assertThat(results.values()).containsOnly(Deletion.DELETED);
    assertThat(listed("")).extracting(StoredObject::path).containsOnly("changed", "kept");
  }

  @Test
  default void tellsMissingFromDeletedTheSecondTime() {
    put("once", "x");
    StoredObject seen = look("once");

    assertThat(store().delete(List.of(seen))).containsEntry("once", Deletion.DELETED);
    assertThat(store().delete(List.of(seen))).containsEntry("once", Deletion.MISSING);
  }

  @Test
  default void keepsContentOfTheSameLengthThatReplacedWhatWasSeen() {
    put("swap", "aaaa");
    StoredObject seen = look("swap");
    put("swap", "bbbb");

    assertThat(store().delete(List.of(seen))).containsEntry("swap", Deletion.CHANGED);
    assertThat(look("swap").size()).isEqualTo(4);
  }

  @Test
  default void deniesPathsThatNameNoFile() {
    List<StoredObject> claimed =
        List.of("", "a/").stream()
            .map(path -> new StoredObject(path, 1, "x", Instant.EPOCH))
            .toList();

    assertThat(store().delete(claimed).values())
        .extracting(Deletion::result)
        .containsOnly(DeletionResult.DENIED);
  }

  @Test
  default void takesAFullBatchAndNoMore() {
    List<String> paths = IntStream.range(0, 1_000).mapToObj("bulk/%04d"::formatted).toList();
    paths.forEach(path -> put(path, path));
    List<StoredObject> objects = listed("bulk/");

    assertThat(store().stat(paths)).containsOnlyKeys(paths);
    assertThat(store().delete(objects).values()).hasSize(1_000).containsOnly(Deletion.DELETED);

    assertThat(listed("")).isEmpty();
    assertThatThrownBy(() -> store().delete(Collections.nCopies(1_001, objects.get(0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void passesItsCheck() {
    store().check();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}

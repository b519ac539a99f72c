package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.store.StoreQuarantine.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the quarantine of every store owes its callers that keeps no versions. */
interface QuarantineContract {
  ObjectStore store();

  void put(String path, String content);

  /** What another program reads there. */
  String read(String path);

  private StoredObject seen(String path) {
    return of(store().stat(List.of(path)), path);
  }

  private static Move away(StoredObject file) {
    return new Move(file, QuarantineName.of("run", file.path(), "right"));
  }

  private StoredObject kept(String path, String content) {
    put(path, content);
    return at(store().quarantine().keep(List.of(away(seen(path)))), path);
  }

  private static StoredObject at(Map<String, Moved> moved, String from) {
    return Objects.requireNonNull(of(moved, from).at(), () -> from + ": " + moved);
  }

  private static <T> T of(Map<String, T> results, String path) {
    return Objects.requireNonNull(results.get(path), path);
  }

  private List<String> listing() {
    List<String> paths = new ArrayList<>();
    store().list("", object -> paths.add(object.path()));
    return paths;
  }

  private Moved.Result putBack(StoredObject kept, String path) {
    return of(store().quarantine().putBack(List.of(new Move(kept, path))), kept.path()).result();
  }

  @Test
  default void movesFilesOutOfSightAndBackByteForByte() {
    List<String> paths =
        Stream.of(
                "a.txt",
                "deep/er/b c.txt",
                "emoji/😀+%2F.txt",
                "x".repeat(150),
                "ü".repeat(60),
                "no#1?.txt")
            .toList();
    paths.forEach(path -> put(path, "content of " + path));
    put("stays", "x");
    List<Move> moves = paths.stream().map(path -> away(seen(path))).toList();

    Map<String, Moved> moved = store().quarantine().keep(moves);

    assertThat(moved).containsOnlyKeys(paths);
    assertThat(moved.values()).extracting(Moved::result).containsOnly(Moved.Result.MOVED);
    assertThat(listing()).containsExactly("stays");
    assertThat(store().stat(paths)).isEmpty();
    List<String> names = moves.stream().map(Move::to).toList();
    assertThat(store().quarantine().stat(names)).containsOnlyKeys(names);

    Map<String, Moved> back =
        store()
            .quarantine()
            .putBack(
                moves.stream()
                    .map(move -> new Move(at(moved, move.from().path()), move.from().path()))
                    .toList());

    assertThat(back).containsOnlyKeys(names);
    assertThat(back.values()).extracting(Moved::result).containsOnly(Moved.Result.MOVED);
    paths.forEach(path -> assertThat(read(path)).isEqualTo("content of " + path));
    assertThat(store().quarantine().stat(names)).isEmpty();
    assertThat(listing()).contains("stays").containsAll(paths).hasSize(paths.size() + 1);
  }

  @Test
  default void movesNothingThatIsNotWhatWasSeen() {
    put("changed", "before");
    put("gone", "x");
    List<Move> moves = List.of(away(seen("changed")), away(seen("gone")));
    put("changed", "after!");
    store().delete(List.of(seen("gone")));

    Map<String, Moved> moved = store().quarantine().keep(moves);

    assertThat(of(moved, "changed").result()).isEqualTo(Moved.Result.CHANGED);
    assertThat(of(moved, "gone").result()).isEqualTo(Moved.Result.MISSING);
    assertThat(read("changed")).isEqualTo("after!");
  }

  @Test
  default void findsWhatAMoveWhoseAnswerWasLostHasMoved() {
    StoredObject kept = kept("a.txt", "content");
    StoredObject before = new StoredObject("a.txt", kept.size(), kept.etag(), kept.modified());

    Moved again = of(store().quarantine().keep(List.of(new Move(before, kept.path()))), "a.txt");

    assertThat(again.result()).isEqualTo(Moved.Result.MISSING);
    assertThat(of(store().quarantine().stat(List.of(kept.path())), kept.path()).etag())
        .isEqualTo(kept.etag());
  }

  @Test
  default void bringsNothingBackOverSomethingNewer() {
    StoredObject kept = kept("folder/a.txt", "older");
    put("folder/a.txt", "newer");

    assertThat(putBack(kept, "folder/a.txt")).isEqualTo(Moved.Result.OCCUPIED);

    assertThat(read("folder/a.txt")).isEqualTo("newer");
    assertThat(store().quarantine().stat(List.of(kept.path()))).containsOnlyKeys(kept.path());
  }

  @Test
  default void bringsBackOnceWhatIsThereOnlyOnce() {
    StoredObject kept = kept("a.txt", "content");

    assertThat(putBack(kept, "a.txt")).isEqualTo(Moved.Result.MOVED);
    assertThat(putBack(kept, "a.txt")).isEqualTo(Moved.Result.MISSING);

    assertThat(read("a.txt")).isEqualTo("content");
  }

  @Test
  default void bringsNothingBackToWherePathsMustNotLead() {
    StoredObject kept = kept("a.txt", "content");

    for (String path : List.of("../outside", ".reclaim/probe", "a/../../b", "x/")) {
      assertThat(putBack(kept, path)).as(path).isEqualTo(Moved.Result.FAILED);
    }
    assertThat(store().quarantine().stat(List.of(kept.path()))).containsOnlyKeys(kept.path());
  }

  @Test
  default void removesForGoodWhatItHolds() {
    StoredObject kept = kept("a.txt", "content");
    StoredObject other = new StoredObject(kept.path(), 1, "other", kept.modified());

    assertThat(of(store().quarantine().remove(List.of(other)), kept.path()).result())
        .isEqualTo(DeletionResult.CHANGED);
    assertThat(store().quarantine().remove(List.of(kept)))
        .containsEntry(kept.path(), Deletion.DELETED);
    assertThat(store().quarantine().remove(List.of(kept)))
        .containsEntry(kept.path(), Deletion.MISSING);
    assertThat(store().quarantine().stat(List.of(kept.path()))).isEmpty();
  }

  @Test
  default void showsNothingOfItsQuarantineElsewhere() {
    StoredObject kept = kept("a.txt", "content");
    String path = StorePaths.QUARANTINE + kept.path();
    StoredObject claimed = new StoredObject(path, kept.size(), kept.etag(), kept.modified());

    assertThat(store().stat(List.of(path))).isEmpty();
    assertThat(of(store().delete(List.of(claimed)), path).result())
        .isEqualTo(DeletionResult.DENIED);
    assertThat(
            of(
                    store()
                        .quarantine()
                        .keep(List.of(new Move(claimed, QuarantineName.of("other", path, "")))),
                    path)
                .result())
        .isEqualTo(Moved.Result.FAILED);
    assertThat(listing()).isEmpty();
    assertThat(store().quarantine().stat(List.of(kept.path()))).containsOnlyKeys(kept.path());
  }

  @Test
  default void movesAFullBatch() {
    List<String> paths = IntStream.range(0, 1_000).mapToObj("bulk/%04d"::formatted).toList();
    paths.forEach(path -> put(path, path));
    Map<String, StoredObject> seen = store().stat(paths);

    Map<String, Moved> moved =
        store().quarantine().keep(paths.stream().map(path -> away(of(seen, path))).toList());

    assertThat(moved.values()).hasSize(1_000);
    assertThat(moved.values().stream().collect(Collectors.groupingBy(Moved::result)))
        .containsOnlyKeys(Moved.Result.MOVED);
    assertThat(listing()).isEmpty();
  }
}

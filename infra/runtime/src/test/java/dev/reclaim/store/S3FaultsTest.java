package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bucket store against servers in trouble: it says so, or does exactly what it was asked. */
class S3FaultsTest {
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

  private List<String> plant(String pattern, int many) {
    List<String> keys = IntStream.range(0, many).mapToObj(pattern::formatted).toList();
    keys.forEach(key -> server.put(key, key));
    return keys;
  }

  private List<StoredObject> listed() {
    List<StoredObject> objects = new ArrayList<>();
    store.list("", objects::add);
    return objects;
  }

  @Test
  void showsAPageThatTheServerSaysTwiceOnce() {
    List<String> keys = plant("page/%05d", 2_000);
    server.repeatsPages = true;

    assertThat(listed()).extracting(StoredObject::path).containsExactlyElementsOf(keys);
  }

  @Test
  void listingThatIsCutInTheMiddleIsNoListing() {
    plant("page/%05d", 10);
    server.cutsListings = true;

    assertThatThrownBy(this::listed).isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void bucketOfAnotherRegionIsSaidToBeAndKeepsAll() {
    List<String> keys = plant("page/%05d", 30);
    List<StoredObject> seen = listed();
    server.region = "eu-central-1";

    assertThatThrownBy(store::check)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the region is wrong: correct region");
    assertThatThrownBy(this::listed).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.stat(keys)).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store.delete(seen)).isInstanceOf(StoreUnavailableException.class);
    assertThat(server.keys()).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void clockOfThisMachineAnHourOffIsSaidAndNothingIsLost() {
    List<String> keys = plant("page/%05d", 30);
    List<StoredObject> seen = listed();
    server.clockAhead = Duration.ofHours(1);

    assertThatThrownBy(store::check)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("this machine's clock is wrong: set it");
    assertThatThrownBy(() -> store.delete(seen)).isInstanceOf(StoreUnavailableException.class);
    assertThat(server.keys()).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void looksAtNeighboursByListingThem() {
    List<String> keys = plant("page/%05d", 1_000);
    List<String> asked = new ArrayList<>(keys);
    asked.add("page/00500-never-there");

    Map<String, StoredObject> found = store.stat(asked);

    assertThat(found).containsOnlyKeys(keys);
    assertThat(server.heads).isEqualTo(1);
  }

  @Test
  void looksAtStrangersOneByOne() {
    plant("page/%05d", 20_000);
    List<String> asked =
        IntStream.range(0, 50).mapToObj(i -> "page/%05d".formatted(i * 399)).toList();

    assertThat(store.stat(asked)).containsOnlyKeys(asked);
    assertThat(server.heads).isBetween(45, 50);
  }

  @Test
  void looksAtTwoCrowdsByTwoListings() {
    plant("page/%05d", 20_000);
    List<String> asked =
        IntStream.range(0, 600)
            .mapToObj(i -> "page/%05d".formatted(i < 300 ? i : 19_000 + i))
            .toList();

    assertThat(store.stat(asked)).containsOnlyKeys(asked);
    assertThat(server.heads).isZero();
  }

  @Test
  void listsALargeBucketFolderBesideFolderExactlyOnce() {
    List<String> keys = new ArrayList<>();
    for (int folder = 0; folder < 20; folder++) {
      keys.addAll(plant("all/in/" + folder + "/%04d", 900));
    }
    keys.addAll(plant("all/in/beside-%d", 5));
    plant(".reclaim/own-%d", 5);

    assertThat(listed()).extracting(StoredObject::path).containsExactlyInAnyOrderElementsOf(keys);
    // Ten alone, three levels, and two for each folder.
    assertThat(server.listings).isBetween(50, 56);
  }

  @Test
  void listsALargeBucketWithoutFoldersPageByPage() {
    List<String> keys = plant("flat-%05d", 9_000);

    assertThat(listed()).extracting(StoredObject::path).containsExactlyElementsOf(keys);
  }

  @Test
  void folderThatCannotBeListedFailsTheListing() {
    for (int folder = 0; folder < 20; folder++) {
      plant("all/in/" + folder + "/%04d", 900);
    }
    server.breaksListingsOf = "all/in/7/";

    assertThatThrownBy(this::listed).isInstanceOf(StoreUnavailableException.class);
  }

  /** Accident 20: deletions side by side, and a bucket that bears so many requests a second. */
  @Test
  void findsThePaceThatABucketBearsAndDeletesExactlyWhatItShould() throws Exception {
    // Given
    List<String> orphans = plant("orphan/%05d", 6_000);
    List<String> kept = plant("kept/%05d", 100);
    List<StoredObject> seen = new ArrayList<>();
    store.list("orphan/", seen::add);
    store.delete(List.of(seen.remove(0)));
    server.absence = "NoSuchKey";
    server.perSecondMax = 10;
    server.refusals = 0;
    Set<String> deleted = ConcurrentHashMap.newKeySet();

    // When
    ExecutorService workers = Executors.newFixedThreadPool(8);
    List<Future<Boolean>> ends = new ArrayList<>();
    for (int from = 0; from < seen.size(); from += 100) {
      List<StoredObject> batch = seen.subList(from, Math.min(seen.size(), from + 100));
      ends.add(workers.submit(untilDone(batch, deleted)));
    }
    for (Future<Boolean> end : ends) {
      assertThat(end.get()).isTrue();
    }
    workers.shutdown();

    // Then
    assertThat(server.keys()).containsExactlyInAnyOrderElementsOf(kept);
    Set<String> expected = new TreeSet<>(orphans);
    expected.remove(orphans.get(0));
    assertThat(deleted).containsExactlyInAnyOrderElementsOf(expected);
    // 60 requests have to be made; at the threads' own pace many hundred would be refused.
    assertThat(server.refusals).isLessThan(120);
  }

  /** Tries again whatever is refused, as a worker does. */
  private Callable<Boolean> untilDone(List<StoredObject> batch, Set<String> deleted) {
    return () -> {
      while (true) {
        try {
          store
              .delete(batch)
              .forEach(
                  (path, deletion) -> {
                    assertThat(deletion).isEqualTo(Deletion.DELETED);
                    deleted.add(path);
                  });
          return true;
        } catch (StoreUnavailableException e) {
          Thread.sleep(5);
        }
      }
    };
  }

  @Test
  void servesKeysThatAreTroubleElsewhere() {
    // Given
    List<String> keys =
        List.of(
            "new\nline",
            "carriage\rreturn",
            "tab\tstop",
            "bell\u0007",
            "emoji/😀.png",
            "a+b",
            "a b",
            "a%2Bb",
            "a%2Fb",
            "a/b",
            "x//y",
            "/leading",
            "//leading",
            "dots..in/names..",
            "<&>'\"",
            "ä".repeat(512));
    keys.forEach(key -> server.put(key, "of " + key));
    server.put("up/../out", "hidden");
    server.put("./here", "hidden");

    // When
    List<StoredObject> listed = listed();
    Map<String, StoredObject> looked = store.stat(keys);
    Map<String, Deletion> deletions =
        store.delete(listed.stream().filter(object -> !object.path().equals("a b")).toList());

    // Then
    assertThat(listed).extracting(StoredObject::path).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(looked).containsOnlyKeys(keys);
    assertThat(deletions).hasSize(keys.size() - 1).doesNotContainKey("a b");
    assertThat(deletions.values()).containsOnly(Deletion.DELETED);
    assertThat(server.keys()).containsExactlyInAnyOrder("a b", "up/../out", "./here");
  }

  @Test
  void deniesKeysWithDotsForNames() {
    server.put("a/../b", "x");
    StoredObject claimed = new StoredObject("a/../b", 1, "x", Instant.EPOCH);

    assertThat(store.stat(List.of("a/../b"))).isEmpty();
    assertThat(store.delete(List.of(claimed)).get("a/../b"))
        .extracting(Deletion::result)
        .isEqualTo(DeletionResult.DENIED);
    assertThat(server.keys()).containsExactly("a/../b");
  }
}

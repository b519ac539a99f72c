package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.scan.Scan.Batch;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Terms;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileScanTest {
  private static final Instant CUTOFF = Instant.parse("2024-05-01T00:00:00Z");

  private final ListedFiles store = new ListedFiles();
  private final Set<Path> before = spilled();

  @AfterEach
  void leavesNoTemporaryFile() {
    assertThat(spilled()).isEqualTo(before);
  }

  @Test
  void claimsExactlyTheOldFilesThatNothingNames() {
    // Given
    store.file("jobs/1.mp4", CUTOFF.minusSeconds(9), 5);
    store.file("jobs/2.mp4", CUTOFF.minusSeconds(1), 6);
    store.file("jobs/3.mp4", CUTOFF.plusSeconds(1), 7);
    store.file("jobs/é.mp4", CUTOFF.minusSeconds(9), 8);
    store.file("other/1.mp4", CUTOFF.minusSeconds(9), 9);

    // When
    List<Batch> batches = scan(() -> names("jobs/2.mp4", "jobs/gone.mp4"));

    // Then
    assertThat(files(batches))
        .containsExactly(
            new ClaimedFile("jobs/1.mp4", 5L, "etag-jobs/1.mp4", CUTOFF.minusSeconds(9)),
            new ClaimedFile("jobs/é.mp4", 8L, "etag-jobs/é.mp4", CUTOFF.minusSeconds(9)));
    assertThat(batches.stream().mapToLong(Batch::guarded).sum()).isEqualTo(1);
  }

  @Test
  void listsBeforeItReadsReferences() {
    // Given
    store.file("jobs/1.mp4", CUTOFF.minusSeconds(9), 5);

    // When
    List<Batch> batches =
        scan(
            () -> {
              assertThat(store.listings()).isEqualTo(1);
              return names("jobs/1.mp4");
            });

    // Then
    assertThat(files(batches)).isEmpty();
  }

  @Test
  void claimsByAgeAloneWhereThePolicySaysSo() {
    // Given
    store.file("jobs/1.mp4", CUTOFF.minusSeconds(9), 5);

    // Then
    assertThat(files(scan(Referenced.Unasked::new)))
        .extracting(ClaimedFile::path)
        .containsExactly("jobs/1.mp4");
  }

  @Test
  void claimsNothingWhileNoFileOfManyIsNamed() {
    // Given references that lie below another folder than the files
    for (int i = 0; i < 20; i++) {
      store.file("jobs/" + i + ".mp4", CUTOFF.minusSeconds(9), 5);
    }
    store.file("jobs/young.mp4", CUTOFF.plusSeconds(9), 5);

    // When
    try (FileScan scan = open(() -> names("0.mp4", "young.mp4"))) {
      // Then
      assertThatThrownBy(() -> scan.next(Scan.START))
          .isInstanceOfSatisfying(
              UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WAITING))
          .hasMessageContaining("none of the 20 files that are old enough is named")
          .hasMessageEndingWith("reclaim run --accept-references orphans");
    }
    assertThat(files(scan(() -> new Referenced.Known(set("0.mp4"), true)))).hasSize(20);
    assertThat(files(scan(() -> names("jobs/young.mp4")))).hasSize(20);
    assertThat(files(scan(() -> names("jobs/19.mp4")))).hasSize(19);
  }

  @Test
  void claimsNothingOfAnEmptyStore() {
    assertThat(scan(() -> names("jobs/1.mp4")))
        .singleElement()
        .satisfies(
            batch -> {
              assertThat(batch.last()).isTrue();
              assertThat(batch.claims()).isEmpty();
              assertThat(batch.progress()).isEqualTo(1);
            });
  }

  @Test
  void claimsNothingWhenTheListingBreaksOff() {
    // Given
    store.file("jobs/1.mp4", CUTOFF.minusSeconds(9), 5);
    store.breaksOff();

    // When
    try (FileScan scan = open(() -> names("jobs/2.mp4"))) {
      // Then
      assertThatThrownBy(() -> scan.next(Scan.START)).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void claimsNothingHoweverOftenItIsAskedWhileReferencesAreDoubted() {
    // Given
    store.file("jobs/1.mp4", CUTOFF.minusSeconds(9), 5);

    // When
    try (FileScan scan =
        open(
            () -> {
              throw new UserException(Kind.WAITING, "doubt");
            })) {
      // Then
      assertThatThrownBy(() -> scan.next(Scan.START)).hasMessage("doubt");
      assertThatThrownBy(() -> scan.next(Scan.START)).hasMessage("doubt");
    }
  }

  @Test
  void cutsClaimsThatEachFitsIntoOneEvent() {
    // Given
    for (int i = 0; i < 25_000; i++) {
      store.file(
          "jobs/" + (i % 10 == 0 ? "\"\u0001ü".repeat(300) : "") + i, CUTOFF.minusSeconds(9), i);
    }

    // When
    List<Batch> batches = scan(() -> names("jobs/7"));

    // Then
    assertThat(batches).hasSizeGreaterThan(2);
    assertThat(batches).extracting(Batch::progress).isSorted().last().isEqualTo(1.0);
    assertThat(files(batches)).doesNotHaveDuplicates().hasSize(24_999);
    for (Batch batch : batches) {
      for (Claim claim : batch.claims()) {
        assertThat(((OrphanedFiles) claim).files()).hasSizeLessThanOrEqualTo(Claim.ENTRIES_MAX);
        assertThat(EventCodec.encode(claim).length).isLessThanOrEqualTo(Claim.BYTES_MAX);
      }
    }
  }

  private List<Batch> scan(Supplier<Referenced> references) {
    List<Batch> batches = new ArrayList<>();
    try (FileScan scan = open(references)) {
      do {
        batches.add(
            scan.next(batches.isEmpty() ? Scan.START : batches.get(batches.size() - 1).position()));
      } while (!batches.get(batches.size() - 1).last());
    }
    return batches;
  }

  private FileScan open(Supplier<Referenced> references) {
    FilePolicy policy =
        new FilePolicy(
            "orphans", "files", "main", "jobs/", Duration.ofDays(1), List.of(), Terms.ON_DEMAND);
    return new FileScan(policy, store, references, "orphans/run", CUTOFF, OrphanGate.OPEN);
  }

  private static Referenced names(String... paths) {
    return new Referenced.Known(set(paths), false);
  }

  private static FingerprintSet set(String... paths) {
    FingerprintSet names = new FingerprintSet();
    Stream.of(paths).forEach(names::add);
    names.seal();
    return names;
  }

  private static List<ClaimedFile> files(List<Batch> batches) {
    return batches.stream()
        .flatMap(batch -> batch.claims().stream())
        .flatMap(claim -> ((OrphanedFiles) claim).files().stream())
        .toList();
  }

  private static Set<Path> spilled() {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("reclaim-listing-"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

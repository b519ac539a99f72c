package dev.reclaim.planner.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListingTest {
  private static final Instant CUTOFF = Instant.parse("2024-05-01T00:00:00Z");

  @Test
  void givesBackEveryFileAsItWasListed() {
    // Given
    Random random = new Random(3);
    List<StoredObject> files = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      files.add(new StoredObject(path(random), size(random), tag(random), modified(random)));
    }
    files.add(files.get(files.size() - 1));
    files.add(new StoredObject("x".repeat(200_000), 1, "e".repeat(99_999), Instant.EPOCH));

    // When
    List<ClaimedFile> listed = new ArrayList<>();
    try (Listing listing = Listing.of(listed(files), "", CUTOFF)) {
      while (listing.advance()) {
        listed.add(listing.file());
        assertThat(listing.fingerprint())
            .isEqualTo(FingerprintSet.fingerprint(listing.file().path()));
      }

      // Then
      assertThat(listing.progress()).isEqualTo(1);
    }
    assertThat(listed)
        .as("seed 3")
        .isEqualTo(
            files.stream()
                .map(it -> new ClaimedFile(it.path(), it.size(), it.etag(), it.modified()))
                .toList());
  }

  private static String path(Random random) {
    return List.of("a", "/", "//b", "é", "\n", "😀", "jobs/", "%2F", "+").stream()
        .filter(part -> random.nextBoolean())
        .reduce("k" + random.nextInt(50), String::concat);
  }

  private static long size(Random random) {
    return random.nextLong() >>> random.nextInt(1, 64);
  }

  private static String tag(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "d41d8cd98f00b204e9800998ecf8427e";
      case 2 -> "D41D8CD98F00B204E9800998ECF8427E-12";
      case 3 -> "abc";
      default -> "ü" + random.nextInt();
    };
  }

  private static Instant modified(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Instant.EPOCH.minusSeconds(random.nextInt(1 << 30)).minusNanos(1);
      case 1 -> Instant.ofEpochMilli(random.nextInt());
      case 2 -> CUTOFF;
      default -> CUTOFF.minusNanos(random.nextInt(1, 1_000));
    };
  }

  private static ObjectListing listed(List<StoredObject> files) {
    return new ObjectListing() {
      @Override
      public void list(String prefix, Consumer<StoredObject> visitor) {
        files.forEach(visitor);
      }

      @Override
      public Map<String, StoredObject> stat(Collection<String> paths) {
        throw new UnsupportedOperationException();
      }
    };
  }
}

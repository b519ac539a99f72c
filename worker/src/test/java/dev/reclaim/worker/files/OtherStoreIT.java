package dev.reclaim.worker.files;

import static dev.reclaim.worker.TestSystem.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.DirectorySettings;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.ObjectStores;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that another store's files keep, asked for once more before they go. */
@RequiresServers
class OtherStoreIT {
  private final TestSystem system;
  private final Databases databases;
  @TempDir private Path thumbs;
  @TempDir private Path originals;

  @SuppressWarnings("NullAway.Init")
  OtherStoreIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @AfterEach
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @Test
  void keepsAFileWhoseOriginalHasComeBackSinceItWasClaimed() throws Exception {
    // Given
    plant(thumbs, "1.png");
    plant(thumbs, "2.png");
    plant(originals, "src/1.png");
    plant(originals, "2.png");

    // When
    CleanupOutcome outcome = carryOut(claim("1.png", "2.png"));

    // Then
    assertThat(outcome.counts().deleted()).isEqualTo(1);
    assertThat(outcome.notes()).containsExactly("1 kept, another store names it");
    assertThat(files()).containsExactly("1.png");
  }

  @Test
  void deletesNothingWhileTheOtherStoreDoesNotAnswer() throws Exception {
    // Given
    plant(thumbs, "1.png");
    Files.delete(originals);

    // Then
    assertThatThrownBy(() -> carryOut(claim("1.png")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(files()).containsExactly("1.png");
    Files.createDirectory(originals);
  }

  private CleanupOutcome carryOut(ReceivedClaim received) {
    OrphanedFiles claim = (OrphanedFiles) received.claim();
    PolicyFile policies = policies();
    try (ObjectStore small = ObjectStores.open("thumbs", new DirectorySettings(thumbs));
        ObjectStore large = ObjectStores.open("originals", new DirectorySettings(originals))) {
      return new FileCleanups(
              policies, databases, Map.of("thumbs", small, "originals", large), "tester")
          .of(policies.policy("thumbs").orElseThrow(), claim)
          .carryOut(received, claim, 1)
          .outcome();
    }
  }

  private static ReceivedClaim claim(String... paths) {
    List<ClaimedFile> files =
        Stream.of(paths).map(path -> new ClaimedFile(path, null, null, null)).toList();
    return received(new OrphanedFiles("thumbs", null, "thumbs", null, files));
  }

  private PolicyFile policies() {
    return system.policies(
        """
            stores:
              thumbs: { directory: "%s", state: main }
              originals: { directory: "%s", state: main }
            policies:
              - name: thumbs
                store: thumbs
                older-than: P1D
                referenced-by: [ { store: originals, prefix: src/ } ]
            """
            .formatted(thumbs, originals));
  }

  private static void plant(Path directory, String path) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(thumbs)) {
      return all.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}

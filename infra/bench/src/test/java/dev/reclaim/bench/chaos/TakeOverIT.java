package dev.reclaim.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.embedded.EmbeddedServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the share of a worker that was killed waits for another, by default settings. */
class TakeOverIT {
  private static final Duration WITHIN = Duration.ofSeconds(15);

  /** Events enough that each partition of the topic has some. */
  private static final String MORE =
      "INSERT INTO sessions SELECT n, now() - interval '26 hours', '' FROM generate_series(100001, 120000) n";

  @TempDir private Path directory;

  @Test
  @Tag("soak")
  void theShareOfAKilledWorkerIsDoneWithinSeconds() throws Exception {
    try (EmbeddedServers servers = EmbeddedServers.start(directory.resolve("servers"))) {
      Site site =
          Site.create(
              "taken", servers.postgres(), servers.s3(), servers.kafka().bootstrapServers());
      Path own = Files.createDirectories(directory.resolve("own"));
      try (CrashCase on = new CrashCase(site, own)) {
        // Given
        Planting.plant(site, 0);
        try (Connection connection = site.connect("chaos-application");
            Statement statement = connection.createStatement()) {
          statement.execute(MORE);
        }

        // When
        Duration took = on.anotherGoesOn("after-delete:1");

        // Then
        System.out.printf("a killed worker's share was done after %d ms%n", took.toMillis());
        assertThat(took).isLessThan(WITHIN);
      }
    }
  }
}

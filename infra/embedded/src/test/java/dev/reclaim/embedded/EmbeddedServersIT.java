package dev.reclaim.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersIT {
  @TempDir Path directory;

  @Test
  void startsAllOfThemOnOneDirectoryAgainAndAgain() {
    for (int run = 1; run <= 2; run++) {
      try (EmbeddedServers servers = EmbeddedServers.start(directory)) {
        assertThat(servers.kafka().bootstrapServers()).startsWith("127.0.0.1:");
        assertThat(servers.postgres().jdbcUrl("app")).startsWith("jdbc:postgresql://127.0.0.1:");
        assertThat(servers.s3().endpoint()).extracting(URI::getHost).isEqualTo("127.0.0.1");
      }
      assertThat(directory).isDirectoryContaining("glob:**/{kafka,postgres,s3}");
    }
  }

  @Test
  void refusesADirectoryThisProcessUsesAlready() {
    try (EmbeddedServers servers = EmbeddedServers.start(directory)) {
      assertThat(servers).isNotNull();
      for (int attempt = 1; attempt <= 2; attempt++) {
        assertThatExceptionOfType(EmbeddedServerException.class)
            .isThrownBy(() -> EmbeddedServers.start(directory))
            .withMessageContaining("in use by this process");
      }
    }
    EmbeddedServers.start(directory).close();
  }

  @Test
  void startsNoneWhenOneFails() throws Exception {
    // Given
    Files.writeString(directory.resolve("s3"), "a file where a directory should be");

    // When, Then
    assertThatExceptionOfType(EmbeddedServerException.class)
        .isThrownBy(() -> EmbeddedServers.start(directory))
        .withMessageContaining(directory.resolve("s3").toString());
    Files.delete(directory.resolve("s3"));
    EmbeddedServers.start(directory).close();
  }
}

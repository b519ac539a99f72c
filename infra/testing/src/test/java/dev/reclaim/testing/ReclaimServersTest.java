package dev.reclaim.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReclaimServersTest {
  @Test
  void skipsTestsForTheReasonTheServersDidNotStart() {
    ReclaimServers.Start start =
        ReclaimServers.Start.of(
            () -> {
              ContainerEngine.require(() -> false, Duration.ofSeconds(1));
              throw new AssertionError("went on without an engine");
            });
    assertThat(start.condition().isDisabled()).isTrue();
    assertThat(start.condition().getReason())
        .hasValueSatisfying(
            reason -> assertThat(reason).contains("no container engine answers within 1 s"));
  }
}

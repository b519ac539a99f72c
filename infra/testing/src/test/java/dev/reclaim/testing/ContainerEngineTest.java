package dev.reclaim.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ContainerEngineTest {
  @Test
  void goesOnWithAnEngineThatAnswers() {
    assertThatCode(() -> ContainerEngine.require(() -> true, Duration.ofSeconds(5)))
        .doesNotThrowAnyException();
  }

  @Test
  void skipsWithoutAnEngine() {
    skips(() -> false);
  }

  @Test
  void skipsWhenTheCheckFails() {
    skips(
        () -> {
          throw new IllegalStateException("no socket");
        });
  }

  @Test
  void skipsWhenTheEngineKeepsSilent() {
    CountDownLatch never = new CountDownLatch(1);
    skips(
        () -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return true;
        });
  }

  @Test
  void decidesWithinTenSecondsOnThisMachine() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          try {
            ContainerEngine.require();
          } catch (TestAbortedException withoutEngine) {
            assertThat(withoutEngine).hasMessageContaining("no container engine answers");
          }
        });
  }

  private static void skips(BooleanSupplier engine) {
    assertThatExceptionOfType(TestAbortedException.class)
        .isThrownBy(() -> ContainerEngine.require(engine, Duration.ofMillis(200)))
        .withMessageContaining("no container engine answers");
  }
}

package dev.reclaim.testing;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/** Whether containers can be had. The question itself can hang for a minute and more. */
final class ContainerEngine {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  private ContainerEngine() {}

  /** Skips the test, and says why, unless an engine answers in time. */
  static void require() {
    require(() -> DockerClientFactory.instance().isDockerAvailable(), ANSWER_MAX);
  }

  static void require(BooleanSupplier check, Duration answerMax) {
    Assumptions.assumeTrue(
        answers(check, answerMax),
        () ->
            "-D%s=containers, but no container engine answers within %d s. Start one, and where its registry cannot be reached, set TESTCONTAINERS_RYUK_DISABLED=true and name images it has; or leave the property out."
                .formatted(ReclaimServers.KIND_PROPERTY, answerMax.toSeconds()));
  }

  private static boolean answers(BooleanSupplier check, Duration answerMax) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread thread = new Thread(() -> ask(check, answer), "container-engine-check");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get(answerMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void ask(BooleanSupplier check, CompletableFuture<Boolean> answer) {
    try {
      answer.complete(check.getAsBoolean());
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }
}

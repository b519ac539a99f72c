package dev.reclaim.worker;

import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.worker.files.AttemptTakenException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Circuit breakers around databases and stores, one each, and the short retries under them.
 *
 * <p>Contention is retried in place, up to five times with jitter. A backend that is away opens its
 * breaker, so that nobody hammers it; one trial every five seconds finds out when it is back.
 */
final class Backends {
  private static final int CONTENTION_ATTEMPTS_MAX = 5;

  private final CircuitBreakerRegistry breakers =
      CircuitBreakerRegistry.of(
          CircuitBreakerConfig.custom()
              .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
              .slidingWindowSize(10)
              .minimumNumberOfCalls(4)
              .failureRateThreshold(60)
              .waitDurationInOpenState(Duration.ofSeconds(5))
              .permittedNumberOfCallsInHalfOpenState(1)
              .recordException(Backends::systemic)
              .build());

  private final Retry contention =
      Retry.of(
          "contention",
          RetryConfig.custom()
              .maxAttempts(CONTENTION_ATTEMPTS_MAX)
              .intervalFunction(IntervalFunction.ofExponentialRandomBackoff(20, 2.0, 0.5))
              .retryOnException(Backends::contended)
              .build());

  static String database(String name) {
    return "database:" + name;
  }

  static String store(String name) {
    return "store:" + name;
  }

  /**
   * Calls a backend.
   *
   * @throws io.github.resilience4j.circuitbreaker.CallNotPermittedException while its breaker is
   *     open
   */
  <T> T call(String backend, Supplier<T> work) {
    CircuitBreaker breaker = breakers.circuitBreaker(backend);
    return breaker.executeSupplier(Retry.decorateSupplier(contention, work));
  }

  /** Likewise, for work without a result. */
  void run(String backend, Runnable work) {
    CircuitBreaker breaker = breakers.circuitBreaker(backend);
    breaker.executeRunnable(Retry.decorateRunnable(contention, work));
  }

  /**
   * Whether the fault lies with the backend or is unknown, so that any other claim would meet it,
   * too.
   */
  static boolean systemic(Throwable failure) {
    if (failure instanceof InvalidEventException || failure instanceof AttemptTakenException) {
      return false;
    }
    return failure instanceof StoreUnavailableException
        || SqlFailure.of(failure) == SqlFailure.SYSTEMIC;
  }

  /** Whether trying the same again can ever help. */
  static boolean hopeless(Throwable failure) {
    return failure instanceof InvalidEventException
        || switch (SqlFailure.of(failure)) {
          case POLICY, DATA, ROW_REFUSED -> true;
          case SYSTEMIC, CONTENTION -> false;
        };
  }

  private static boolean contended(Throwable failure) {
    return failure instanceof AttemptTakenException
        || SqlFailure.of(failure) == SqlFailure.CONTENTION;
  }
}

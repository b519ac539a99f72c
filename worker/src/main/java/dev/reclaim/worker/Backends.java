package dev.reclaim.worker;

import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.worker.files.AttemptTakenException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Clock;
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
  private static final Duration TRIAL_EVERY = Duration.ofSeconds(5);

  private final CircuitBreakerRegistry breakers;
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

  /** The pace of a database, which may forbid deleting there. */
  static String pace(String database) {
    return "pace:" + database;
  }

  /** The clocks that a database's data is judged by. */
  static String clocks(String database) {
    return "clocks:" + database;
  }

  static String policy(String name) {
    return "policy:" + name;
  }

  private final Absences absences;

  /**
   * Breakers that are closed.
   *
   * @param clock says when it is time for a trial; one that is set back would put that off
   */
  Backends(Absences absences, Clock clock) {
    this.absences = absences;
    this.breakers =
        CircuitBreakerRegistry.of(
            CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(10)
                .minimumNumberOfCalls(4)
                .failureRateThreshold(60)
                .waitDurationInOpenState(TRIAL_EVERY)
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(Backends::systemic)
                .clock(clock)
                .build());
  }

  /** What these have found out. */
  Absences absences() {
    return absences;
  }

  /**
   * Calls a backend.
   *
   * @throws AwayException when it does not answer, or its breaker is open
   */
  <T> T call(String backend, Supplier<T> work) {
    CircuitBreaker breaker = breakers.circuitBreaker(backend);
    try {
      T result = breaker.executeSupplier(Retry.decorateSupplier(contention, work));
      absences.back(backend);
      return result;
    } catch (RuntimeException failure) {
      if (systemic(failure)) {
        String reason = reason(failure);
        absences.away(backend, reason);
        throw AwayException.forNow(backend, reason, failure);
      }
      absences.back(backend);
      throw failure;
    }
  }

  /** Likewise, for work without a result. */
  void run(String backend, Runnable work) {
    Object unused =
        call(
            backend,
            () -> {
              work.run();
              return backend;
            });
  }

  private static String reason(Throwable failure) {
    return failure instanceof CallNotPermittedException
        ? "it is asked again every %d s".formatted(TRIAL_EVERY.toSeconds())
        : LaidAside.innermost(failure);
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
          case DATA, ROW_REFUSED -> true;
          case SYSTEMIC, CONTENTION, POLICY -> false;
        };
  }

  /** Whether the policy does not fit its table any more, which people have to mend. */
  static boolean misfit(Throwable failure) {
    return !(failure instanceof InvalidEventException)
        && SqlFailure.of(failure) == SqlFailure.POLICY;
  }

  private static boolean contended(Throwable failure) {
    return failure instanceof AttemptTakenException
        || SqlFailure.of(failure) == SqlFailure.CONTENTION;
  }
}

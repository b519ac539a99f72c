package dev.reclaim.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.InvalidEventException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads outcomes, and refuses those that would count wrong or stop the job. */
final class OutcomeDecoder {
  /** Longest name of a policy, in characters; it is repeated in every key and value. */
  static final int POLICY_LENGTH_MAX = 256;

  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

  private OutcomeDecoder() {}

  /**
   * Reads the outcome of a record.
   *
   * @throws InvalidEventException when there is no outcome in it, when it lies under another key
   *     than its policy and so perhaps in another task, or when its time is in no window
   */
  static CleanupOutcome decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (value == null) {
      throw new InvalidEventException("the value is missing");
    }
    CleanupOutcome outcome = EventCodec.decode(value, CleanupOutcome.class);
    requirePolicy(outcome.policy(), key);
    requireTime(outcome.completedAt());
    return outcome;
  }

  private static void requirePolicy(String policy, byte @Nullable [] key) {
    if (policy.length() > POLICY_LENGTH_MAX) {
      throw new InvalidEventException(
          "policy is longer than %d characters".formatted(POLICY_LENGTH_MAX));
    }
    if (!Arrays.equals(policy.getBytes(UTF_8), key)) {
      throw new InvalidEventException("the key is not the policy, " + policy);
    }
  }

  private static void requireTime(Instant completedAt) {
    if (completedAt.isBefore(Instant.EPOCH) || completedAt.isAfter(LAST)) {
      throw new InvalidEventException("completedAt is not between 1970 and 9999: " + completedAt);
    }
  }
}

package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFile;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies that do not fit their tables any more: said in the log, among the absences, and in
 * the policy's own database, so that a run does not wait without end for claims that wait for
 * people. Thread-safe.
 */
final class PolicyStops {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyStops.class);

  /** A stop that many claims meet is written down no more often. */
  private static final long NOTE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String NOTE =
      """
      INSERT INTO reclaim.stopped_policy (policy, reason) VALUES (:policy, :reason)
      ON CONFLICT (policy) DO UPDATE SET reason = EXCLUDED.reason, seen_at = now()
      """;

  private static final String FORGET = "DELETE FROM reclaim.stopped_policy WHERE policy = :policy";

  private final PolicyFile file;
  private final Databases databases;
  private final Absences absences;
  private final Map<String, Long> notedNanos = new ConcurrentHashMap<>();

  PolicyStops(PolicyFile file, Databases databases, Absences absences) {
    this.file = file;
    this.databases = databases;
    this.absences = absences;
  }

  /** A claim of the policy could not be carried out until people mend it. */
  void stop(String policy, String reason) {
    String what = Backends.policy(policy);
    if (absences.length(what).isZero()) {
      LOG.error("{} stops: {}", what, reason);
    }
    absences.away(what, reason);
    if (due(policy)) {
      home(policy).ifPresent(home -> note(home, policy, reason));
    }
  }

  private boolean due(String policy) {
    long now = System.nanoTime();
    @Nullable Long before = notedNanos.get(policy);
    boolean due = before == null || now - before >= NOTE_EVERY_NANOS;
    if (due) {
      notedNanos.put(policy, now);
    }
    return due;
  }

  /** A claim of the policy was carried out. */
  void over(String policy) {
    absences.back(Backends.policy(policy));
    if (notedNanos.remove(policy) != null) {
      home(policy).ifPresent(home -> forget(home, policy));
    }
  }

  private Optional<Database> home(String policy) {
    return file.policy(policy).map(it -> databases.get(it.database()));
  }

  /** Whoever waits goes on waiting where this cannot be said. */
  private static void note(Database home, String policy, String reason) {
    try {
      home.jdbi()
          .useHandle(
              handle ->
                  handle
                      .createUpdate(NOTE)
                      .bind("policy", policy)
                      .bind("reason", reason)
                      .execute());
    } catch (JdbiException e) {
      LOG.warn("that {} stops could not be noted: {}", policy, e.toString());
    }
  }

  private static void forget(Database home, String policy) {
    try {
      home.jdbi().useHandle(handle -> handle.createUpdate(FORGET).bind("policy", policy).execute());
    } catch (JdbiException e) {
      LOG.warn("that {} goes on could not be noted: {}", policy, e.toString());
    }
  }
}

package dev.reclaim.worker;

import dev.reclaim.database.Database;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.Policy;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who may claim by a policy: the planner for a run that is there, a worker for what its ledger
 * names, anybody else only where the policy says so. Thread-safe.
 *
 * <p>No protection of data, which is checked in any case: it tells mistakes of other services from
 * what the operator has asked for.
 */
final class Entitlement {
  /** Runs that are remembered, so that they are looked up once; a run never goes. */
  private static final int KNOWN_MAX = 1_000;

  private static final String EXISTS =
      "SELECT EXISTS (SELECT 1 FROM reclaim.run WHERE id = :run AND policy = :policy)";

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /**
   * Checks it; errors of the database pass through.
   *
   * @param home database of the policy's runs
   * @throws InvalidEventException when the claim's source has no say
   */
  void require(ReceivedClaim received, Policy policy, Database home) {
    switch (received.identity().source()) {
      case ClaimId.PLANNER -> requireRun(received.claim().run(), policy, home);
      case ClaimId.WORKER -> {
        // A follow-up: whoever carries it out asks its parent's ledger row.
      }
      default -> requireProducers(policy);
    }
  }

  private void requireRun(@Nullable String run, Policy policy, Database home) {
    String named = policy.name() + "\n" + run;
    if (known.contains(named)) {
      return;
    }
    boolean exists =
        home.jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(EXISTS)
                        .bind("run", run)
                        .bind("policy", policy.name())
                        .mapTo(Boolean.class)
                        .one());
    if (!exists) {
      throw new InvalidEventException(
          Refusal.NOT_ENTITLED,
          "it calls itself the planner's, but there is no run %s of the policy %s"
              .formatted(run, policy.name()));
    }
    if (known.size() >= KNOWN_MAX) {
      known.clear();
    }
    known.add(named);
  }

  private static void requireProducers(Policy policy) {
    if (!policy.terms().producers()) {
      throw new InvalidEventException(
          Refusal.PRODUCERS_NOT_ALLOWED,
          "the policy %s takes no claims of other services: write \"producers: allowed\" under it to let them claim"
              .formatted(policy.name()));
    }
  }
}

package dev.reclaim.worker.files;

import dev.reclaim.database.Databases;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.policy.LeftoverPolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.LeftoverKind;
import dev.reclaim.store.Leftovers;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds who may carry a claim about leftovers out: the policy it appeals to, at its store. */
public final class LeftoverCleanups {
  private final PolicyFile file;
  private final Databases databases;
  private final Map<String, ObjectStore> stores;
  private final String worker;

  /**
   * Cleanups for every store of the file.
   *
   * @param stores open stores by name
   */
  public LeftoverCleanups(
      PolicyFile file, Databases databases, Map<String, ObjectStore> stores, String worker) {
    this.file = file;
    this.databases = databases;
    this.stores = stores;
    this.worker = worker;
  }

  /**
   * The cleanup for a claim.
   *
   * @throws InvalidEventException when the policy has no say over leftovers of that store
   */
  public LeftoverCleanup of(Policy policy, StoreLeftovers claim) {
    if (!(policy instanceof LeftoverPolicy leftovers) || !leftovers.store().equals(claim.store())) {
      throw new InvalidEventException(
          Refusal.OUTSIDE_POLICY,
          "the policy %s says nothing of leftovers in the store %s"
              .formatted(policy.name(), claim.store()));
    }
    @Nullable ObjectStore store = stores.get(claim.store());
    if (store == null) {
      throw new IllegalArgumentException("the store " + claim.store() + " is not open");
    }
    Leftovers found =
        store
            .leftovers(leftovers.kind())
            .orElseThrow(() -> new IllegalStateException(store.name() + " has no leftovers"));
    return new LeftoverCleanup(leftovers, target(store, found), databases, worker);
  }

  private LeftoverTarget target(ObjectStore store, Leftovers found) {
    return new LeftoverTarget(
        found,
        databases.get(file.store(store.name()).state()),
        new StoreIntents(store.name(), () -> true));
  }

  /**
   * Accounts for intents of events that seem to be gone for good, of the kinds that policies speak
   * of. Errors of database and store pass through; the next call goes on.
   *
   * @return leftovers accounted for, or given back
   */
  public int recover(String name, Recovery.Patience patience) {
    @Nullable ObjectStore store = stores.get(name);
    int ended = 0;
    for (LeftoverKind kind : LeftoverKind.values()) {
      boolean asked = file.leftoverPolicies(name).stream().anyMatch(it -> it.kind() == kind);
      if (store != null && asked) {
        ended +=
            store
                .leftovers(kind)
                .map(
                    found ->
                        new LeftoverRecovery(
                                kind,
                                name,
                                target(store, found),
                                new LostEvents(file, databases),
                                worker,
                                patience)
                            .run())
                .orElse(0);
      }
    }
    return ended;
  }

  /**
   * Gives back the intents of an event that will never be carried out. Errors of database and store
   * pass through: it has to be tried again before the event is laid aside.
   */
  public void abandon(ReceivedClaim received, StoreLeftovers claim) {
    file.policy(claim.policy())
        .filter(
            policy ->
                policy instanceof LeftoverPolicy leftovers
                    && leftovers.store().equals(claim.store()))
        .ifPresent(policy -> of(policy, claim).abandon(received));
  }
}

package dev.reclaim.worker.files;

import dev.reclaim.database.Databases;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Refusal;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.policy.StoreReference;
import dev.reclaim.references.ReferenceCheck;
import dev.reclaim.references.SamePaths;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds who may carry a claim about files out: the policy it appeals to, at the store it names. */
public final class FileCleanups {
  private final Map<String, FileTarget> targets = new HashMap<>();
  private final Databases databases;
  private final LostEvents lost;
  private final String worker;
  private final LongSupplier nanoTime;
  private final InstantSource clock;

  /**
   * One for every store of the file.
   *
   * @param stores open stores by name
   */
  public FileCleanups(
      PolicyFile file, Databases databases, Map<String, ObjectStore> stores, String worker) {
    this(file, databases, stores, worker, System::nanoTime, InstantSource.system());
  }

  /**
   * One for every store of the file, by clocks of the caller's.
   *
   * @param nanoTime stands still while the machine sleeps
   * @param clock can be set
   */
  public FileCleanups(
      PolicyFile file,
      Databases databases,
      Map<String, ObjectStore> stores,
      String worker,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.databases = databases;
    this.lost = new LostEvents(file, databases);
    this.worker = worker;
    this.nanoTime = nanoTime;
    this.clock = clock;
    for (StoreDefinition definition : file.stores().values()) {
      @Nullable ObjectStore store = stores.get(definition.name());
      if (store == null) {
        throw new IllegalArgumentException("the store " + definition.name() + " is not open");
      }
      ReferenceCheck references =
          new ReferenceCheck(
              databases, definition.referenceParser(), file.references(definition.name()));
      targets.put(
          definition.name(),
          new FileTarget(
              store,
              databases.get(definition.state()),
              new StoreIntents(definition.name(), store::freesBytes),
              new QuarantineBooks(definition.name()),
              references,
              elsewhere(file, definition.name(), stores)));
    }
  }

  private static SamePaths elsewhere(
      PolicyFile file, String store, Map<String, ObjectStore> stores) {
    Map<StoreReference, ObjectListing> others = new HashMap<>();
    for (StoreReference reference : file.storeReferences(store)) {
      @Nullable ObjectStore other = stores.get(reference.store());
      if (other == null) {
        throw new IllegalArgumentException("the store " + reference.store() + " is not open");
      }
      others.put(reference, other);
    }
    return new SamePaths(others);
  }

  /**
   * The cleanup for a claim.
   *
   * @throws InvalidEventException when the policy has no say over files of that store
   */
  public FileCleanup of(Policy policy, OrphanedFiles claim) {
    @Nullable FileTarget target = targets.get(claim.store());
    if (target == null || !governs(policy, claim.store())) {
      throw nothingToSay(policy, claim.store());
    }
    return new FileCleanup(
        policy, target, databases, worker, () -> new Promptness(nanoTime, clock), clock);
  }

  /**
   * The end of a quarantine for a claim.
   *
   * @throws InvalidEventException when the policy has no say over files of that store
   */
  public Purge purge(Policy policy, QuarantinedFiles claim) {
    @Nullable FileTarget target = targets.get(claim.store());
    if (target == null || !governs(policy, claim.store())) {
      throw nothingToSay(policy, claim.store());
    }
    return new Purge(policy, target, worker);
  }

  /** Gives back what an event had taken of a quarantine that will never be carried out. */
  public void abandon(ReceivedClaim received, QuarantinedFiles claim) {
    @Nullable FileTarget target = targets.get(claim.store());
    if (target != null) {
      new Purge.Abandoned(target).of(received);
    }
  }

  /** Bringing back what a run has moved away, for every store. */
  public List<Restoration> restorations() {
    return targets.keySet().stream()
        .sorted()
        .map(store -> new Restoration(Objects.requireNonNull(targets.get(store)), worker))
        .toList();
  }

  /**
   * Gives back the intents of an event that will never be carried out. Errors of database and store
   * pass through: it has to be tried again before the event is laid aside.
   */
  public void abandon(ReceivedClaim received, OrphanedFiles claim) {
    @Nullable FileTarget target = targets.get(claim.store());
    if (target != null) {
      new Abandonment(target).of(received);
    }
  }

  /**
   * Accounts for intents of events that seem to be gone for good. Errors of database and store pass
   * through; the next call goes on.
   *
   * @return files accounted for, or given back
   */
  public int recover(String store, Recovery.Patience patience) {
    @Nullable FileTarget target = targets.get(store);
    return target == null ? 0 : new Recovery(target, lost, worker, patience).run();
  }

  /**
   * Those of the paths at which a file is now, or may be again because it is in quarantine; all of
   * them where the store has no file at all, which looks like a lost store.
   */
  public Set<String> there(String store, Set<String> paths) {
    @Nullable FileTarget target = targets.get(store);
    if (target == null || isEmpty(target.store())) {
      return paths;
    }
    Set<String> there = new HashSet<>(target.store().stat(paths).keySet());
    there.addAll(
        target.state().jdbi().withHandle(handle -> target.quarantine().keptOf(handle, paths)));
    return there;
  }

  private static boolean isEmpty(ObjectListing store) {
    try {
      store.list(
          "",
          object -> {
            throw new SomethingException();
          });
      return true;
    } catch (SomethingException e) {
      return false;
    }
  }

  /** Ends a listing at its first file. */
  private static final class SomethingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    SomethingException() {
      super("there is a file", null, false, false);
    }
  }

  private static InvalidEventException nothingToSay(Policy policy, String store) {
    return new InvalidEventException(
        Refusal.OUTSIDE_POLICY,
        "the policy %s says nothing of files in the store %s".formatted(policy.name(), store));
  }

  private static boolean governs(Policy policy, String store) {
    if (policy instanceof FilePolicy files) {
      return files.store().equals(store);
    }
    return policy instanceof RowPolicy rows
        && rows.files().stream().anyMatch(linked -> linked.store().equals(store));
  }
}

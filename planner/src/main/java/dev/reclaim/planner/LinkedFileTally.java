package dev.reclaim.planner;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.planner.Forecast.LinkedFiles;
import dev.reclaim.planner.scan.RowPreview.Link;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.references.LinkedPaths;
import dev.reclaim.references.ReferenceCheck;
import dev.reclaim.references.ReferenceCheck.LeftOut;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.StoredObject;
import dev.reclaim.store.UnparseableReferenceException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Files that would go with the rows that name them: each once, if it is there and no row names it
 * that stays.
 */
final class LinkedFileTally {
  private static final int CHECKED_AT_ONCE = 10_000;

  private final PolicyFile file;
  private final RowPolicy policy;
  private final Databases databases;
  private final Map<String, ? extends ObjectListing> stores;
  private final LinkedPaths paths;
  private final LeftOut going;
  private final Consumer<String> keys;
  private final Map<String, Set<String>> waiting = new HashMap<>();
  private final Map<String, SeenPaths> seen = new HashMap<>();
  private LinkedFiles sum = LinkedFiles.NONE;

  LinkedFileTally(
      PolicyFile file,
      RowTarget target,
      Databases databases,
      Map<String, ? extends ObjectListing> stores,
      Instant cutoff,
      Consumer<String> keys) {
    this.file = file;
    this.policy = target.policy();
    this.databases = databases;
    this.stores = stores;
    this.paths = new LinkedPaths(file);
    this.going = going(target, cutoff);
    this.keys = keys;
  }

  /** Rows that the run would delete or mark, and those that it has marked before. */
  private static LeftOut going(RowTarget target, Instant cutoff) {
    RowPredicate predicate = target.predicate();
    return new LeftOut(
        target.policy().table(),
        "(%s AND NOT %s) OR %s"
            .formatted(
                predicate.expired(cutoff),
                predicate.guarded(),
                RowPredicate.marked(target.policy())));
  }

  void add(Link link) {
    Optional<String> path = paths.path(link.store(), link.reference());
    if (path.isPresent()
        && seen.computeIfAbsent(link.store(), store -> new SeenPaths()).add(path.get())) {
      Set<String> of = waiting.computeIfAbsent(link.store(), store -> new LinkedHashSet<>());
      of.add(path.get());
      if (of.size() >= CHECKED_AT_ONCE) {
        check(link.store(), of);
      }
    }
  }

  /** The sum of all that was added. */
  LinkedFiles sum() {
    waiting.forEach(this::check);
    return sum;
  }

  private void check(String storeName, Set<String> claimed) {
    @Nullable ObjectListing store = stores.get(storeName);
    if (store == null) {
      throw new IllegalStateException("the store " + storeName + " is not open");
    }
    Map<String, StoredObject> live = new HashMap<>(store.stat(claimed));
    Set<String> referenced = referenced(storeName, live.keySet());
    live.keySet().removeAll(referenced);
    long bytes =
        live.isEmpty() || store.hidesDeleted()
            ? 0
            : live.values().stream().mapToLong(StoredObject::size).sum();
    live.keySet().forEach(path -> keys.accept(KeyLine.file(policy.name(), path)));
    sum =
        new LinkedFiles(
            sum.files() + live.size(), sum.bytes() + bytes, sum.kept() + referenced.size());
    claimed.clear();
  }

  /** All of them where a reference cannot be understood, as the worker decides. */
  private Set<String> referenced(String storeName, Set<String> live) {
    if (live.isEmpty()) {
      return Set.of();
    }
    ReferenceCheck references =
        new ReferenceCheck(
            databases, file.store(storeName).referenceParser(), file.references(storeName));
    try {
      return references.referenced(Set.copyOf(live), Optional.of(going));
    } catch (UnparseableReferenceException e) {
      return Set.copyOf(live);
    }
  }
}

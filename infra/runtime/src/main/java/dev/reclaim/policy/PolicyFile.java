package dev.reclaim.policy;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that one policy file says; immutable.
 *
 * @param name of the file, for messages
 * @param places by the policy's name
 * @param whole where everything stands, policies too
 */
public record PolicyFile(
    String name,
    Map<String, DatabaseSettings> databases,
    Map<String, StoreDefinition> stores,
    List<Policy> policies,
    Map<String, Places> places,
    Places whole) {

  /** Where the parts of a policy of the file stand. */
  public Places places(Policy policy) {
    @Nullable Places found = places.get(policy.name());
    if (found == null) {
      throw new IllegalArgumentException("no policy " + policy.name());
    }
    return found;
  }

  /** The store of that name, which the file is known to have. */
  public StoreDefinition store(String storeName) {
    @Nullable StoreDefinition store = stores.get(storeName);
    if (store == null) {
      throw new IllegalArgumentException("no store " + storeName);
    }
    return store;
  }

  /** The policies about rows, in the file's order. */
  public List<RowPolicy> rowPolicies() {
    return policies.stream()
        .filter(RowPolicy.class::isInstance)
        .map(RowPolicy.class::cast)
        .toList();
  }

  /** The policies about what a store keeps beside its files, in the file's order. */
  public List<LeftoverPolicy> leftoverPolicies(String storeName) {
    return policies.stream()
        .filter(LeftoverPolicy.class::isInstance)
        .map(LeftoverPolicy.class::cast)
        .filter(policy -> policy.store().equals(storeName))
        .toList();
  }

  public Optional<Policy> policy(String policyName) {
    return policies.stream().filter(policy -> policy.name().equals(policyName)).findFirst();
  }

  /**
   * The policies of these names in the file's order; all of them where no name is given.
   *
   * @throws UserException naming the policies there are, when a name is not among them
   */
  public List<Policy> select(List<String> names) {
    for (String name : names) {
      if (policy(name).isEmpty()) {
        throw new UserException(
            Kind.USAGE,
            "%s has no policy \"%s\". It has: %s"
                .formatted(
                    this.name,
                    name,
                    String.join(", ", policies.stream().map(Policy::name).toList())));
      }
    }
    return policies.stream()
        .filter(policy -> names.isEmpty() || names.contains(policy.name()))
        .toList();
  }

  /**
   * Every column of the file that may name a file of the store: what policies of the store refer to
   * and what row policies link. A file is an orphan only if none of them names it.
   */
  public Set<Reference> references(String store) {
    Set<Reference> references = new LinkedHashSet<>();
    for (Policy policy : policies) {
      if (policy instanceof FilePolicy files && files.store().equals(store)) {
        references.addAll(files.references());
      } else if (policy instanceof RowPolicy rows) {
        linked(rows, store)
            .forEach(column -> references.add(new Reference.Column(rows.table(), column)));
      }
    }
    return references;
  }

  /** Every other store whose files keep files of the store. */
  public Set<StoreReference> storeReferences(String store) {
    Set<StoreReference> references = new LinkedHashSet<>();
    for (Policy policy : policies) {
      if (policy instanceof FilePolicy files && files.store().equals(store)) {
        references.addAll(files.proof().stores());
      }
    }
    return references;
  }

  private static List<String> linked(RowPolicy rows, String store) {
    List<String> columns = new ArrayList<>();
    for (RowPolicy.LinkedFiles files : rows.files()) {
      if (files.store().equals(store)) {
        columns.add(files.column());
      }
    }
    return columns;
  }
}

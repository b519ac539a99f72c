package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claim that files have been in a store's quarantine for as long as their policy says, and may
 * be removed for good.
 *
 * @param store name of the store in the policy file
 * @param names 1 to {@value Claim#ENTRIES_MAX} names in the quarantine, as the store's books have
 *     them
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuarantinedFiles(
    String policy, @Nullable String run, String store, List<String> names) implements Claim {

  public QuarantinedFiles {
    Require.text("policy", policy);
    Require.text("store", store);
    Require.size("names", names, ENTRIES_MAX);
    Require.that(
        names.stream().allMatch(name -> name != null && !name.isEmpty()),
        "names holds a name that is missing or empty");
    names = List.copyOf(names);
  }

  @Override
  public ClaimKind kind() {
    return ClaimKind.QUARANTINED_FILES;
  }
}

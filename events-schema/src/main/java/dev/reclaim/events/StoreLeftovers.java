package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claim that these leftovers of a store have outlived their purpose: old versions of files and
 * delete markers with nothing behind them, or uploads that nobody has gone on with. None of them is
 * what a reader of the store sees under its path.
 *
 * @param store name of the store in the policy file
 * @param leftovers 1 to {@value Claim#ENTRIES_MAX} leftovers
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoreLeftovers(
    String policy, @Nullable String run, String store, List<ClaimedLeftover> leftovers)
    implements Claim {

  public StoreLeftovers {
    Require.text("policy", policy);
    Require.text("store", store);
    Require.size("leftovers", leftovers, ENTRIES_MAX);
    Require.that(leftovers.stream().allMatch(each -> each != null), "leftovers holds a null");
    leftovers = List.copyOf(leftovers);
  }

  @Override
  public ClaimKind kind() {
    return ClaimKind.STORE_LEFTOVERS;
  }
}

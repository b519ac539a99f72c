package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claim that nothing refers to these files of a store any more.
 *
 * @param store name of the store in the policy file
 * @param parent for the files of a deleted row: the event whose ledger row names this one; absent
 *     otherwise
 * @param files 1 to {@value Claim#ENTRIES_MAX} files
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OrphanedFiles(
    String policy,
    @Nullable String run,
    String store,
    @Nullable EventIdentity parent,
    List<ClaimedFile> files)
    implements Claim {

  public OrphanedFiles {
    Require.text("policy", policy);
    Require.text("store", store);
    Require.size("files", files, ENTRIES_MAX);
    Require.that(files.stream().allMatch(file -> file != null), "files holds a null");
    files = List.copyOf(files);
  }

  @Override
  public ClaimKind kind() {
    return ClaimKind.ORPHANED_FILES;
  }
}

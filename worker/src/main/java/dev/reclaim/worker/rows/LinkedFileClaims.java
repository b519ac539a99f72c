package dev.reclaim.worker.rows;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.references.LinkedPaths;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.FollowUp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Draws up the claims about the files that deleted rows named. A reference that cannot be read is
 * noted and its file stays.
 */
public final class LinkedFileClaims {
  /** JSON of one claim's files; what remains of an event is for policy, run, store and parent. */
  private static final int FILES_BYTES_MAX = Claim.BYTES_MAX - (64 << 10);

  private final RowPolicy policy;
  private final BiFunction<String, String, Optional<String>> pathInStore;

  /**
   * Claims for one policy.
   *
   * @param pathInStore from a store's name and a reference to the path meant; empty where it cannot
   *     be read
   */
  public LinkedFileClaims(
      RowPolicy policy, BiFunction<String, String, Optional<String>> pathInStore) {
    this.policy = policy;
    this.pathInStore = pathInStore;
  }

  /** Claims ready to be named in the parent's ledger row, and what could not be read. */
  record Drawn(ReceivedClaim parent, List<OrphanedFiles> claims, List<String> unreadable) {
    List<FollowUp> followUps(Instant completedAt) {
      List<FollowUp> followUps = new ArrayList<>();
      for (OrphanedFiles claim : claims) {
        String id = ClaimId.of(parent.identity().id(), claim);
        CloudEvent event =
            new CloudEvent(id, ClaimId.WORKER, ClaimKind.ORPHANED_FILES.type(), completedAt);
        followUps.add(new FollowUp(event, claim));
      }
      return followUps;
    }
  }

  /**
   * Draws up the claims of one parent; none where rows go because their files are gone: what has
   * come in the place of one since is another's.
   *
   * @param rows that are gone; a file that several name has the labels of the first
   */
  Drawn draw(ReceivedClaim parent, ExpiredRecords claim, List<LockedRow> rows) {
    if (policy.expiry().dangling()) {
      return new Drawn(parent, List.of(), List.of());
    }
    Map<String, Map<String, ClaimedFile>> stores = new LinkedHashMap<>();
    int unreadable = 0;
    for (LockedRow row : rows) {
      for (int i = 0; i < policy.files().size(); i++) {
        LinkedFiles linked = policy.files().get(i);
        @Nullable String reference = row.files().get(i);
        if (reference == null || reference.isBlank()) {
          continue;
        }
        Optional<String> path =
            pathInStore.apply(linked.store(), reference).filter(LinkedPaths::canBeClaimed);
        path.ifPresent(
            it ->
                stores
                    .computeIfAbsent(linked.store(), store -> new LinkedHashMap<>())
                    .putIfAbsent(it, new ClaimedFile(it, null, null, null, row.labels())));
        unreadable += path.isPresent() ? 0 : 1;
      }
    }
    List<OrphanedFiles> claims = new ArrayList<>();
    stores.forEach((store, files) -> claims.addAll(claims(parent, claim, store, files.values())));
    return new Drawn(
        parent,
        claims,
        unreadable == 0
            ? List.of()
            : List.of(unreadable + " references to files could not be read; their files stay"));
  }

  private static List<OrphanedFiles> claims(
      ReceivedClaim parent, ExpiredRecords claim, String store, Collection<ClaimedFile> all) {
    List<OrphanedFiles> claims = new ArrayList<>();
    List<ClaimedFile> files = new ArrayList<>();
    int bytes = 0;
    for (ClaimedFile file : all) {
      int fileBytes = EventCodec.encode(file).length + 1;
      if (files.size() == Claim.ENTRIES_MAX || bytes + fileBytes > FILES_BYTES_MAX) {
        claims.add(claim(parent, claim, store, files));
        files.clear();
        bytes = 0;
      }
      files.add(file);
      bytes += fileBytes;
    }
    claims.add(claim(parent, claim, store, files));
    return claims;
  }

  private static OrphanedFiles claim(
      ReceivedClaim parent, ExpiredRecords claim, String store, List<ClaimedFile> files) {
    return new OrphanedFiles(claim.policy(), claim.run(), store, parent.identity(), files);
  }
}

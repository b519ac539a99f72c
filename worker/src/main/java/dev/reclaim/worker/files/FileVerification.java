package dev.reclaim.worker.files;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.database.SqlFailure;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.references.ReferenceCheck.LeftOut;
import dev.reclaim.store.StoredObject;
import dev.reclaim.store.UnparseableReferenceException;
import dev.reclaim.worker.files.Verdicts.Verdict;
import dev.reclaim.worker.ledger.Ledger;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a claim's files may go, as store, clocks and references say right before: not what was
 * replaced, is too young, or is named. Whatever is in doubt stays.
 */
final class FileVerification {
  private static final Logger LOG = LoggerFactory.getLogger(FileVerification.class);

  /** Attempts at a look at the references; what takes longer keeps the files until the next run. */
  private static final int LOOKS_MAX = 2;

  private final Policy policy;
  private final FileTarget target;
  private final InstantSource clock;

  FileVerification(Policy policy, FileTarget target, InstantSource clock) {
    this.policy = policy;
    this.target = target;
    this.clock = clock;
  }

  /**
   * Verifies.
   *
   * @param claimed by path
   * @param live what the store has of these
   * @param verdicts takes those of the files that stay, and names those that are settled already
   * @return those that may go, by path
   */
  Map<String, StoredObject> verify(
      Map<String, ClaimedFile> claimed,
      Map<String, StoredObject> live,
      int attempt,
      Verdicts verdicts) {
    Map<String, StoredObject> candidates = unchanged(claimed, live, verdicts);
    keepReferenced(candidates, attempt, verdicts);
    return candidates;
  }

  private Map<String, StoredObject> unchanged(
      Map<String, ClaimedFile> claimed, Map<String, StoredObject> live, Verdicts verdicts) {
    Instant newest = youngestAllowed();
    Map<String, StoredObject> candidates = new LinkedHashMap<>();
    claimed.forEach(
        (path, file) -> {
          @Nullable StoredObject object = live.get(path);
          if (verdicts.has(path)) {
            return;
          } else if (object == null) {
            verdicts.put(path, Verdict.MISSING, "already gone");
          } else if (differs(file, object)) {
            verdicts.put(path, Verdict.CHANGED, "kept, replaced since it was claimed");
          } else if (policy instanceof FilePolicy && object.modified().isAfter(newest)) {
            verdicts.put(path, Verdict.CHANGED, "kept, younger than the policy allows");
          } else {
            candidates.put(path, object);
          }
        });
    return candidates;
  }

  /** By the clock that is further behind: a clock ahead of its time must not make files old. */
  private Instant youngestAllowed() {
    if (!(policy instanceof FilePolicy files)) {
      return Instant.MAX;
    }
    Instant database = target.state().jdbi().inTransaction(Ledger::completedAt);
    Instant here = clock.instant();
    return (database.isBefore(here) ? database : here).minus(files.olderThan());
  }

  private static boolean differs(ClaimedFile claimed, StoredObject object) {
    Instant seen = object.modified().truncatedTo(ChronoUnit.SECONDS);
    return (claimed.etag() != null && !claimed.etag().equals(object.etag()))
        || (claimed.size() != null && claimed.size() != object.size())
        || (claimed.modified() != null
            && !claimed.modified().truncatedTo(ChronoUnit.SECONDS).equals(seen));
  }

  private void keepReferenced(
      Map<String, StoredObject> candidates, int attempt, Verdicts verdicts) {
    if (candidates.isEmpty() || (policy instanceof FilePolicy files && files.judgesByAgeAlone())) {
      return;
    }
    Optional<LeftOut> leftOut =
        policy instanceof RowPolicy rows ? LeftOut.marked(rows) : Optional.empty();
    try {
      Set<String> referenced =
          target.references().referenced(Set.copyOf(candidates.keySet()), leftOut);
      referenced.forEach(path -> verdicts.put(path, Verdict.GUARDED, "kept, a row names it"));
      candidates.keySet().removeAll(referenced);
      keepElsewhere(candidates, verdicts);
    } catch (UnparseableReferenceException e) {
      keepAll(candidates, "kept, a reference cannot be understood", e, verdicts);
    } catch (UnusableReferenceException e) {
      keepAll(candidates, "kept, a reference does not fit its table any more", e, verdicts);
    } catch (DatabaseException e) {
      if (SqlFailure.of(e) != SqlFailure.CONTENTION || attempt < LOOKS_MAX) {
        throw e;
      }
      keepAll(candidates, "kept, the references could not be looked up in time", e, verdicts);
    }
  }

  /** A file that goes with its row goes whatever other stores have. */
  private void keepElsewhere(Map<String, StoredObject> candidates, Verdicts verdicts) {
    if (policy instanceof FilePolicy) {
      Set<String> kept = target.elsewhere().kept(candidates.keySet());
      kept.forEach(path -> verdicts.put(path, Verdict.GUARDED, "kept, another store names it"));
      candidates.keySet().removeAll(kept);
    }
  }

  private void keepAll(
      Map<String, StoredObject> candidates, String why, RuntimeException cause, Verdicts verdicts) {
    LOG.warn("no file of {} is an orphan for sure: {}", target.store().name(), cause.getMessage());
    candidates.keySet().forEach(path -> verdicts.put(path, Verdict.GUARDED, why));
    candidates.clear();
  }
}

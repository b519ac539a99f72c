package dev.reclaim.worker.files;

import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives back what an event had taken that will never be carried out: the right to delete contents
 * that are still there, so that another event may claim them.
 *
 * <p>A content that is gone keeps its intent: it was this event that deleted it, and only the event
 * itself, sent again, can account for it. What is there is given back only when no deletion of an
 * earlier attempt can come to it any more; taking the intents once more fences such an attempt's
 * account off.
 */
final class Abandonment {
  private final FileTarget target;

  Abandonment(FileTarget target) {
    this.target = target;
  }

  /**
   * Gives back.
   *
   * @throws AttemptTakenException while a deletion may be under way; the event waits
   */
  void of(ReceivedClaim received) {
    List<Intent> open = inState(received);
    if (open.isEmpty()) {
      return;
    }
    Map<String, StoredObject> live =
        target.store().stat(open.stream().map(Intent::path).distinct().toList());
    List<Intent> untouched = open.stream().filter(intent -> intent.isIn(live)).toList();
    target
        .state()
        .jdbi()
        .useTransaction(
            handle -> {
              if (!untouched.isEmpty()) {
                target.intents().requireAtRest(handle, received);
              }
              if (target.intents().giveBack(handle, received, untouched)) {
                Set<String> paths = new HashSet<>(untouched.stream().map(Intent::path).toList());
                target
                    .quarantine()
                    .spare(
                        handle,
                        received,
                        target.quarantine().moving(handle, received).stream()
                            .filter(file -> paths.contains(file.path()))
                            .map(KeptFile::name)
                            .toList());
              }
            });
  }

  private List<Intent> inState(ReceivedClaim received) {
    return target
        .state()
        .jdbi()
        .inTransaction(handle -> target.intents().takeAgain(handle, received));
  }
}

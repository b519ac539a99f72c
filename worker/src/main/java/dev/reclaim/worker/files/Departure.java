package dev.reclaim.worker.files;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.store.Deletion;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.files.Verdicts.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How the files of one claim leave their paths: for good, or for the quarantine. */
interface Departure {
  /** Judges what an earlier attempt had begun, by what is there now. */
  void recover(Map<String, StoredObject> live, Verdicts verdicts);

  /** Notes what is about to go, in the transaction that takes the right to it. */
  void begin(Handle handle, Collection<Intent> taken);

  /** Lets files go, and says what became of each. */
  void depart(List<StoredObject> going, Map<String, Intent> ours, Verdicts verdicts);

  /** Notes what has gone, in the transaction that accounts for it. */
  void settle(Handle handle, Verdicts verdicts);

  /** Clears away what is of no use any more, once all is accounted for; may be left undone. */
  void tidy();

  /** How many of these can be brought back. */
  long kept();

  /** For good. */
  final class ForGood implements Departure {
    private static final String LOST = "deleted by an attempt whose answer was lost";

    private final FileTarget target;
    private final Set<String> claimed;
    private final List<Intent> earlier;

    /**
     * A departure.
     *
     * @param claimed paths of the event
     * @param earlier intents of earlier attempts at the same event
     */
    ForGood(FileTarget target, Set<String> claimed, List<Intent> earlier) {
      this.target = target;
      this.claimed = Set.copyOf(claimed);
      this.earlier = earlier;
    }

    /** The content is gone, so it was that attempt which deleted it. */
    @Override
    public void recover(Map<String, StoredObject> live, Verdicts verdicts) {
      for (Intent intent : earlier) {
        if (!live.containsKey(intent.path())
            && claimed.contains(intent.path())
            && !verdicts.has(intent.path())) {
          verdicts.put(intent.path(), Verdict.DELETED_INFERRED, LOST);
        }
      }
    }

    @Override
    public void begin(Handle handle, Collection<Intent> taken) {
      // The intents say it all.
    }

    @Override
    public void depart(List<StoredObject> going, Map<String, Intent> ours, Verdicts verdicts) {
      Map<String, Deletion> answers = target.store().delete(going);
      CrashPoint.AFTER_STORE_DELETE.pass();
      answers.forEach((path, deletion) -> judge(path, deletion, ours, verdicts));
    }

    private static void judge(
        String path, Deletion deletion, Map<String, Intent> ours, Verdicts verdicts) {
      @Nullable Intent intent = ours.get(path);
      boolean again = intent != null && intent.attempt() > 1;
      switch (deletion.result()) {
        case DELETED -> verdicts.put(path, Verdict.DELETED, "");
        case HIDDEN ->
            verdicts.put(
                path, Verdict.DELETED, "hidden: their bytes are free when their versions go");
        case RETAINED -> verdicts.put(path, Verdict.REFUSED, "refused, " + deletion.reason());
        case CHANGED -> verdicts.put(path, Verdict.CHANGED, "kept, replaced at the last moment");
        case MISSING ->
            verdicts.put(
                path,
                again ? Verdict.DELETED_INFERRED : Verdict.MISSING,
                again ? LOST : "already gone");
        default -> verdicts.put(path, Verdict.FAILED, "failed: " + deletion.reason());
      }
    }

    @Override
    public void settle(Handle handle, Verdicts verdicts) {
      // The intents say it all.
    }

    @Override
    public void tidy() {
      // Nothing is left.
    }

    @Override
    public long kept() {
      return 0;
    }
  }
}

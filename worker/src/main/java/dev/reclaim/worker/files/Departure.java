package dev.reclaim.worker.files;

import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.files.Verdicts.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final FileTarget target;
    private final List<Intent> earlier;

    /**
     * A departure.
     *
     * @param earlier intents of earlier attempts at the same event
     */
    ForGood(FileTarget target, List<Intent> earlier) {
      this.target = target;
      this.earlier = earlier;
    }

    /** The content is gone, so it was that attempt which deleted it. */
    @Override
    public void recover(Map<String, StoredObject> live, Verdicts verdicts) {
      for (Intent intent : earlier) {
        if (!live.containsKey(intent.path()) && !verdicts.has(intent.path())) {
          verdicts.put(
              intent.path(),
              Verdict.DELETED_INFERRED,
              "deleted by an attempt whose answer was lost");
        }
      }
    }

    @Override
    public void begin(Handle handle, Collection<Intent> taken) {
      // The intents say it all.
    }

    @Override
    public void depart(List<StoredObject> going, Map<String, Intent> ours, Verdicts verdicts) {
      target
          .store()
          .delete(going)
          .forEach(
              (path, deletion) -> {
                @Nullable Intent intent = ours.get(path);
                boolean again = intent != null && intent.attempt() > 1;
                switch (deletion.result()) {
                  case DELETED -> verdicts.put(path, Verdict.DELETED, "");
                  case CHANGED ->
                      verdicts.put(path, Verdict.CHANGED, "kept, replaced at the last moment");
                  case MISSING ->
                      verdicts.put(
                          path,
                          again ? Verdict.DELETED_INFERRED : Verdict.MISSING,
                          again ? "deleted by an attempt whose answer was lost" : "already gone");
                  default -> verdicts.put(path, Verdict.FAILED, "failed: " + deletion.reason());
                }
              });
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

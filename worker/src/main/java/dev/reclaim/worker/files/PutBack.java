package dev.reclaim.worker.files;

import dev.reclaim.store.Moved;
import dev.reclaim.store.StoreQuarantine.Move;
import dev.reclaim.store.StoredObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Files that were taken out of the books to be brought back, and what became of them.
 *
 * @param back at their paths again, whole
 * @param newer stay, because something else has their path
 * @param failed stay for another reason
 * @param reasons those of {@code failed}, in words
 */
record PutBack(
    List<KeptFile> back, List<KeptFile> newer, List<KeptFile> failed, Set<String> reasons) {

  /** Brings them back as far as it goes. */
  static PutBack of(FileTarget target, List<KeptFile> files) {
    PutBack all =
        new PutBack(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashSet<>());
    if (!files.isEmpty()) {
      List<Move> moves =
          files.stream().map(file -> new Move(file.inQuarantine(), file.path())).toList();
      Map<String, Moved> moved = target.store().quarantine().putBack(moves);
      Map<String, StoredObject> live =
          target
              .store()
              .stat(
                  files.stream()
                      .filter(file -> end(moved, file).result() == Moved.Result.MISSING)
                      .map(KeptFile::path)
                      .toList());
      files.forEach(file -> all.add(file, end(moved, file), live.containsKey(file.path())));
    }
    return all;
  }

  private static Moved end(Map<String, Moved> moved, KeptFile file) {
    return Objects.requireNonNull(moved.get(file.name()));
  }

  private void add(KeptFile file, Moved end, boolean live) {
    switch (end.result()) {
      case MOVED -> back.add(file);
      case OCCUPIED -> newer.add(file);
      case MISSING -> {
        // An earlier attempt brought it back, or somebody did by hand: it is there.
        if (live) {
          back.add(file);
        } else {
          fail(file, "it is no longer in the quarantine");
        }
      }
      default -> fail(file, end.reason().isEmpty() ? "it is not what was kept" : end.reason());
    }
  }

  private void fail(KeptFile file, String reason) {
    failed.add(file);
    reasons.add(reason);
  }

  /** Those that stay. */
  List<KeptFile> staying() {
    List<KeptFile> staying = new ArrayList<>(newer);
    staying.addAll(failed);
    return staying;
  }
}

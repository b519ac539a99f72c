package dev.reclaim.worker.files;

import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves into quarantine that an event had begun and never came back to: what has arrived is kept
 * there, and a copy whose original stayed is removed.
 */
final class Moves {
  private static final Logger LOG = LoggerFactory.getLogger(Moves.class);

  private final FileTarget target;
  private final List<KeptFile> moving;
  private final Map<String, StoredObject> copies;

  private Moves(FileTarget target, List<KeptFile> moving, Map<String, StoredObject> copies) {
    this.target = target;
    this.moving = moving;
    this.copies = copies;
  }

  /** Looks what of them has arrived. */
  static Moves look(FileTarget target, List<KeptFile> moving) {
    return new Moves(
        target,
        moving,
        moving.isEmpty()
            ? Map.of()
            : target.store().quarantine().stat(moving.stream().map(KeptFile::name).toList()));
  }

  /** Whether a content has left its path, as a move of it or for good. */
  boolean isGone(Intent intent, Map<String, StoredObject> live) {
    @Nullable StoredObject original = live.get(intent.path());
    @Nullable KeptFile move = of(intent);
    if (move == null) {
      return original == null;
    }
    boolean stayed = original != null && Intent.version(original).equals(intent.version());
    return !stayed && copy(move) != null;
  }

  /** What can have gone but once: a path, or of what is moved each content of it. */
  String content(Intent intent) {
    return of(intent) == null ? intent.path() : intent.path() + "\u0000" + intent.version();
  }

  private @Nullable KeptFile of(Intent intent) {
    return moving.stream()
        .filter(
            file -> file.path().equals(intent.path()) && file.version().equals(intent.version()))
        .findFirst()
        .orElse(null);
  }

  private @Nullable StoredObject copy(KeptFile move) {
    @Nullable StoredObject copy = copies.get(move.name());
    return copy != null && copy.size() == move.size() ? copy : null;
  }

  /** How many of these can be brought back. */
  long arrived(List<Intent> gone) {
    return gone.stream().filter(intent -> of(intent) != null).count();
  }

  /** Notes what has arrived, and which copies are of no use; false when somebody else did. */
  boolean settle(Handle handle, ReceivedClaim claim, List<Intent> gone, Duration period) {
    if (moving.isEmpty()) {
      return true;
    }
    Map<String, String> tags = new HashMap<>();
    for (Intent intent : gone) {
      @Nullable KeptFile move = of(intent);
      @Nullable StoredObject copy = move == null ? null : copy(move);
      if (move != null && copy != null) {
        tags.put(move.name(), copy.etag());
      }
    }
    Set<String> stayed = new HashSet<>(moving.stream().map(KeptFile::name).toList());
    stayed.removeAll(tags.keySet());
    boolean noted = target.quarantine().kept(handle, claim, tags, period);
    target.quarantine().spare(handle, claim, stayed);
    return noted;
  }

  /** Removes copies of no use; may be left undone. */
  void tidy() {
    if (moving.isEmpty()) {
      return;
    }
    try {
      new Spares(target).clear();
    } catch (RuntimeException e) {
      LOG.warn("copies of files that stayed are left for later: {}", e.toString());
    }
  }
}

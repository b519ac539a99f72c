package dev.reclaim.worker.files;

import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.store.Leftover;
import dev.reclaim.store.LeftoverId;
import dev.reclaim.store.LeftoverKind;

/** How a leftover is called in claims, intents and verdicts. */
record LeftoverName(LeftoverKind kind, LeftoverId id) {

  static LeftoverName of(ClaimedLeftover claimed) {
    String version = claimed.version();
    return version == null
        ? new LeftoverName(
            LeftoverKind.UNFINISHED_UPLOADS,
            new LeftoverId(claimed.path(), String.valueOf(claimed.upload())))
        : new LeftoverName(LeftoverKind.OLD_VERSIONS, new LeftoverId(claimed.path(), version));
  }

  /** What its deletion asks for. */
  Intent wanted(Leftover found) {
    return new Intent(id.path(), prefix() + id.id(), found.size(), 0);
  }

  /** Whose intent it is. */
  static LeftoverId of(Intent intent) {
    return new LeftoverId(
        intent.path(), intent.version().substring(intent.version().indexOf(':') + 1));
  }

  /** As one text, which no other leftover has: no path that is claimed holds U+0000. */
  static String text(LeftoverId id) {
    return id.path() + "\u0000" + id.id();
  }

  ClaimedLeftover claimed() {
    return kind == LeftoverKind.OLD_VERSIONS
        ? ClaimedLeftover.version(id.path(), id.id())
        : ClaimedLeftover.upload(id.path(), id.id());
  }

  private String prefix() {
    return kind == LeftoverKind.OLD_VERSIONS ? "version:" : "upload:";
  }
}

package dev.reclaim.planner.scan;

import dev.reclaim.store.FingerprintSet;
import java.util.Optional;

/** What is known of the references to a store's files. */
public sealed interface Referenced {
  /**
   * Whether something may name the file.
   *
   * @param path its {@link FingerprintSet#fingerprint}
   */
  boolean mayName(long path);

  /** Whether it is to be believed only if it names one at least of the files that there are. */
  default boolean hasToNameSome() {
    return false;
  }

  /** Why nothing is known of any file; empty where all is. */
  default Optional<String> doubt() {
    return Optional.empty();
  }

  /** Nobody was asked: the policy judges by age alone. */
  record Unasked() implements Referenced {
    @Override
    public boolean mayName(long path) {
      return false;
    }
  }

  /**
   * Every reference was read.
   *
   * @param paths in every spelling that a row may mean, sealed
   * @param accepted whether it may be that they name none of the files that there are
   */
  record Known(FingerprintSet paths, boolean accepted) implements Referenced {
    @Override
    public boolean mayName(long path) {
      return paths.contains(path);
    }

    @Override
    public boolean hasToNameSome() {
      return !accepted;
    }
  }

  /**
   * Some references could not be read, and may name any file.
   *
   * @param references how many
   * @param where the first of them stands
   * @param example the first of them, cut
   */
  record Unreadable(long references, String where, String example) implements Referenced {
    @Override
    public boolean mayName(long path) {
      return true;
    }

    @Override
    public Optional<String> doubt() {
      return Optional.of(
          "nothing was claimed, because %d %s to the store could not be read, like \"%s\" in %s"
              .formatted(references, references == 1 ? "reference" : "references", example, where));
    }
  }
}

package dev.reclaim.references;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.UnparseableReferenceException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads which file goes with a row, from what the row's linked column says. */
public final class LinkedPaths {
  /** No bucket and no usual file system takes a longer one. */
  private static final int PATH_BYTES_MAX = 4_096;

  private final Map<String, ReferenceParser> parsers = new HashMap<>();

  /** For every store of the file. */
  public LinkedPaths(PolicyFile file) {
    file.stores().forEach((name, store) -> parsers.put(name, store.referenceParser()));
  }

  /**
   * The path that is meant; empty where it cannot be read, or lies elsewhere: then a file stays.
   */
  public Optional<String> path(String store, String reference) {
    @Nullable ReferenceParser parser = parsers.get(store);
    if (parser == null) {
      return Optional.empty();
    }
    try {
      return parser.path(reference).filter(LinkedPaths::canBeClaimed);
    } catch (UnparseableReferenceException e) {
      return Optional.empty();
    }
  }

  /** A path that the ledger or an event could not hold must not keep its row from going. */
  public static boolean canBeClaimed(String path) {
    return path.getBytes(UTF_8).length <= PATH_BYTES_MAX
        && path.codePoints().noneMatch(Character::isISOControl);
  }
}

package dev.reclaim.policy;

import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.StoreSettings;
import java.time.Duration;
import java.util.List;

/**
 * A store of the policy file.
 *
 * @param state name of the database that keeps the store's intents and the ledger of its events
 * @param ageFloor the least age at which any policy may claim a file: younger ones may belong to a
 *     writer that has not said so yet
 */
public record StoreDefinition(
    String name,
    StoreSettings settings,
    String state,
    ReferenceRules references,
    Duration ageFloor) {

  /** The floor where the file does not lower it. */
  public static final Duration AGE_FLOOR = Duration.ofHours(24);

  /** A store under the usual rules. */
  public StoreDefinition(String name, StoreSettings settings, String state) {
    this(name, settings, state, ReferenceRules.STRICT, AGE_FLOOR);
  }

  /** Reads references to the store's files. */
  public ReferenceParser referenceParser() {
    return ReferenceParser.of(settings, references.ignored());
  }

  /**
   * How references to the store's files are read.
   *
   * @param ignored beginnings of references that name nothing of this store
   */
  public record ReferenceRules(List<String> ignored, Unparseable unparseable) {
    /** Whatever is not understood stops the policy. */
    public static final ReferenceRules STRICT = new ReferenceRules(List.of(), Unparseable.STOP);
  }

  /** What a reference that cannot be read leads to. */
  public enum Unparseable {
    /** The policy fails, because nothing of the store is an orphan for sure. */
    STOP,
    /** The policy claims nothing, and says so. */
    KEEP_ALL
  }
}

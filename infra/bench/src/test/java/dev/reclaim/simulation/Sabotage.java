package dev.reclaim.simulation;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Safeguards that are switched off, to see what they are good for. Of the product nothing changes.
 */
final class Sabotage {
  /** What cannot be taken out of the text of a statement. */
  enum Kind {
    /** The guards are asked in the statement that locks: as of before the locks. */
    GUARDS_BEFORE_LOCKS,
    /** Another delivery's account is read as of before the wait for its end. */
    ONE_STATEMENT_READ,
    /** Whoever asks for the right to carry an event out has it. */
    LEDGER_WITHOUT_KEY,
    /** The offset moves past what was polled, settled or not. */
    COMMIT_WHAT_WAS_POLLED,
    /** The stream forgets what it has counted. */
    NO_DEDUPLICATION,
    /** The ledger takes events of any day. */
    NO_FLOOR,
    /** The sweeper says nothing. */
    NO_SWEEPER,
    /** Deletion and account are committed one after the other. */
    ACCOUNT_APART,
    /** The store deletes whatever is there. */
    UNCONDITIONAL_DELETE,
    /** A process does not find out that it slept. */
    NO_PROMPTNESS,
    /** Nobody looks for rows that name a file. */
    NO_REFERENCES,
    /** What stays is given back while a deletion may be on its way to it. */
    NO_WAIT_FOR_DELETIONS,
    /** Abandoned intents are judged while a deletion may be under way. */
    NO_GRACE,
    /** Anybody's word that a row has gone is taken for it. */
    NO_ENTITLEMENT,
    /** Several runs of a policy may be unfinished. */
    RUNS_WITHOUT_KEY,
    /** What was sent is taken for acknowledged. */
    NO_ACKNOWLEDGEMENT,
    /** Whoever asks after events hears that all have ended. */
    NO_DRAIN,
    /** Nobody hears of the files that go with rows. */
    NO_FOLLOW_UPS_AWAITED
  }

  private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
  private final Map<String, String> texts = new HashMap<>();

  static Sabotage none() {
    return new Sabotage();
  }

  static Sabotage of(Kind kind) {
    Sabotage sabotage = new Sabotage();
    sabotage.kinds.add(kind);
    return sabotage;
  }

  /** Replaces words in every statement. */
  static Sabotage of(String words, String others) {
    Sabotage sabotage = new Sabotage();
    sabotage.texts.put(words, others);
    return sabotage;
  }

  boolean is(Kind kind) {
    return kinds.contains(kind);
  }

  String sql(String text) {
    String changed = text;
    for (Map.Entry<String, String> each : texts.entrySet()) {
      changed = changed.replaceAll(each.getKey(), each.getValue());
    }
    return changed;
  }
}

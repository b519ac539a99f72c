package dev.reclaim.deadletters;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody did about a letter.
 *
 * @param actor the user of the operating system
 * @param reason in the actor's words; those who discard have to give one
 */
public record Act(Kind kind, Instant at, String actor, Optional<String> reason) {
  /** What can be done. */
  public enum Kind {
    /** The record was sent to its topic again. */
    REPLAY("replayed"),
    /** The letter needs nothing more. */
    DISCARD("discarded");

    private final String done;

    Kind(String done) {
      this.done = done;
    }

    /** What a letter is afterwards. */
    public String done() {
      return done;
    }
  }

  @Override
  public String toString() {
    return "%s %s by %s%s"
        .formatted(kind.done(), at, actor, reason.map(it -> ": " + it).orElse(""));
  }
}

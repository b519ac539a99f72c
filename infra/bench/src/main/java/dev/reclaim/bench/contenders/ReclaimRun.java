package dev.reclaim.bench.contenders;

import dev.reclaim.bench.reclaim.Crew;
import dev.reclaim.bench.reclaim.Installation;

/**
 * Reclaim from the run's start to the last outcome in the metrics topic.
 *
 * @param thenReplay whether every event is sent again afterwards
 */
public record ReclaimRun(String key, Crew crew, boolean thenReplay) implements Contender {
  /** What the second delivery of every event is noted as. */
  public static final String REPLAY = "replay";

  @Override
  public void take(Turn turn) throws Exception {
    try (Installation reclaim = Installation.warm(turn.ground(), turn.login(), crew)) {
      turn.took(key, reclaim.run(turn.before().expired()));
      if (thenReplay) {
        turn.took(REPLAY, reclaim.redeliver());
      }
    }
  }
}

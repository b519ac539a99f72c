package dev.reclaim.bench.contenders;

import dev.reclaim.bench.reclaim.Installation;

/** The planner of Reclaim with nobody behind it: it finds and says all, and nothing is deleted. */
public record PlannerAlone() implements Contender {
  public static final String KEY = "planner";

  @Override
  public String key() {
    return KEY;
  }

  @Override
  public boolean deletes() {
    return false;
  }

  @Override
  public void take(Turn turn) throws Exception {
    try (Installation reclaim = Installation.plannerAlone(turn.ground(), turn.login())) {
      turn.took(KEY, reclaim.plan(turn.before().keys()));
    }
  }
}

package dev.reclaim.worker.ledger;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whether a run has asked that its deleted keys be kept in the ledger. */
public final class KeptKeys {
  private static final String WANTED =
      "SELECT coalesce((SELECT keep_keys FROM reclaim.run WHERE id = :run), false)";

  private KeptKeys() {}

  public static boolean wanted(Handle handle, @Nullable String run) {
    return run != null && handle.createQuery(WANTED).bind("run", run).mapTo(Boolean.class).one();
  }
}

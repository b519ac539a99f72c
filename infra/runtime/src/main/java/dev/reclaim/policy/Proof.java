package dev.reclaim.policy;

import java.util.List;

/**
 * What it takes to call a file an orphan, beside its age and that no row names it.
 *
 * @param stores where no file at the same path may be
 * @param sightings runs in a row that have to find it an orphan before it is claimed; 1 for the
 *     first to do so
 */
public record Proof(List<StoreReference> stores, int sightings) {
  /** Nothing else. */
  public static final Proof USUAL = new Proof(List.of(), 1);
}

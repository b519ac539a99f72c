package dev.reclaim.simulation;

import dev.reclaim.store.StoredObject;
import java.time.Instant;
import java.util.List;

/**
 * A file that we have deleted.
 *
 * @param asSeen whether its content was the one that was to go
 * @param now on the store's clock
 * @param namedBy what names it since before its deleter had looked for it
 * @param withItsRow whether a ledger row says that it goes with a row
 */
record FileGone(
    StoredObject file, boolean asSeen, Instant now, List<String> namedBy, boolean withItsRow) {}

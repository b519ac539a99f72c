package dev.reclaim.worker.files;

import dev.reclaim.database.Database;
import dev.reclaim.store.Leftovers;

/**
 * One kind of a store's leftovers and where its books are kept.
 *
 * @param state keeps the store's intents and the ledger of its events
 */
record LeftoverTarget(Leftovers leftovers, Database state, StoreIntents intents) {}

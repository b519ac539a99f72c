package dev.reclaim.worker.files;

import dev.reclaim.database.Database;
import dev.reclaim.references.ReferenceCheck;
import dev.reclaim.references.SamePaths;
import dev.reclaim.store.ObjectStore;

/**
 * A store and what is needed to judge its files.
 *
 * @param state keeps the store's intents and the ledger of its events
 * @param quarantine what the store's quarantine holds
 * @param references finds files that a row names
 * @param elsewhere finds files that another store keeps
 */
record FileTarget(
    ObjectStore store,
    Database state,
    StoreIntents intents,
    QuarantineBooks quarantine,
    ReferenceCheck references,
    SamePaths elsewhere) {}

package dev.reclaim.policy;

import dev.reclaim.store.StoreSettings;

/**
 * A store of the policy file.
 *
 * @param state name of the database that keeps the store's intents and the ledger of its events
 */
public record StoreDefinition(String name, StoreSettings settings, String state) {}

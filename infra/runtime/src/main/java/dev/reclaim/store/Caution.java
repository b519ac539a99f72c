package dev.reclaim.store;

/**
 * What an operator should know of deletions in a store.
 *
 * @param mend what to do about it
 */
public record Caution(String what, String mend) {}

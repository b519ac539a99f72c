/**
 * Deleting orphaned files, which no transaction covers.
 *
 * <p>The order is the safety: a fresh look at the files, their age and their references; an intent
 * committed for each content that is to go; a conditional deletion; then the account, closed by
 * compare-and-set on the intents' attempts. Whatever was lost between two of these steps is found
 * again from the intents.
 */
@NullMarked
package dev.reclaim.worker.files;

import org.jspecify.annotations.NullMarked;

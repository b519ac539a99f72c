/**
 * Holding a policy file against the databases and stores it speaks of, before anything is deleted.
 *
 * <p>Each class here looks at one thing and is named after it. All of them look before the first
 * problem is said, and nothing of anybody's data is touched: statements are explained in
 * transactions that are read-only.
 */
@NullMarked
package dev.reclaim.check;

import org.jspecify.annotations.NullMarked;

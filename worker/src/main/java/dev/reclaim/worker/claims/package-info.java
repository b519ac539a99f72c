/**
 * Understanding what was delivered: bytes and headers become a claim, or are refused for good.
 *
 * <p>Nothing here looks at data. What a claim is worth is decided where rows and files are deleted.
 */
@NullMarked
package dev.reclaim.worker.claims;

import org.jspecify.annotations.NullMarked;

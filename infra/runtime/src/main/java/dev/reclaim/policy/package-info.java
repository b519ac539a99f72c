/**
 * The policy file: what should go, what must stay, and where it lives.
 *
 * <p>The file is read as a whole; every mistake in it is a {@link
 * dev.reclaim.settings.UserException} that names file, line, policy and the mend. A policy's
 * predicate is compiled to SQL here and nowhere else, so that planner and worker cannot judge a row
 * differently.
 */
@NullMarked
package dev.reclaim.policy;

import org.jspecify.annotations.NullMarked;

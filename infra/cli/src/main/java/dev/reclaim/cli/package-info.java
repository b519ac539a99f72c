/**
 * The command {@code reclaim}: reads what people type, wires the roles, and says what came of it.
 *
 * <p>The only place that knows all of them. A mistake of the operator's is one line on standard
 * error and an exit code: 1 failed, 2 usage, 3 waiting for approval.
 */
@NullMarked
package dev.reclaim.cli;

import org.jspecify.annotations.NullMarked;

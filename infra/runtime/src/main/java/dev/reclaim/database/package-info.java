/**
 * Reaching PostgreSQL: pools with the session settings that keys' text forms depend on, Reclaim's
 * own schema, what the catalog says of a policy's table, and what kind of failure an error is.
 */
@NullMarked
package dev.reclaim.database;

import org.jspecify.annotations.NullMarked;

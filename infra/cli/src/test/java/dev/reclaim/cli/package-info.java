/** The command from outside: what people type, what they read, and what is left behind. */
@NullMarked
package dev.reclaim.cli;

import org.jspecify.annotations.NullMarked;

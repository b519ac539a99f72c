/** What an operator can get wrong, and how it is said to them. */
@NullMarked
package dev.reclaim.settings;

import org.jspecify.annotations.NullMarked;

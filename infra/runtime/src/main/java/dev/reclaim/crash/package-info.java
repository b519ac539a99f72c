/** Places where a process can be made to die, so that tests can look at what it leaves behind. */
@NullMarked
package dev.reclaim.crash;

import org.jspecify.annotations.NullMarked;

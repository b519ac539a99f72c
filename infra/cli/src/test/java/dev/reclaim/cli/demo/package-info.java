/** The oracle is proved before it proves anything. */
@NullMarked
package dev.reclaim.cli.demo;

import org.jspecify.annotations.NullMarked;

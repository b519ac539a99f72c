@NullMarked
package dev.reclaim.references;

import org.jspecify.annotations.NullMarked;

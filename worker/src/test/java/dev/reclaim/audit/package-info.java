@NullMarked
package dev.reclaim.audit;

import org.jspecify.annotations.NullMarked;

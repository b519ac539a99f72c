/** The tables that are measured on, each made once and copied for each turn. */
@NullMarked
package dev.reclaim.bench.data;

import org.jspecify.annotations.NullMarked;

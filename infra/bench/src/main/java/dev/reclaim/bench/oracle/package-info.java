/**
 * What must hold whatever happened, each rule a class of its own, judged by what anyone can see:
 * rows, files, topics, and the notes that triggers and a proxy of the harness made. Nothing here
 * calls the product.
 */
@NullMarked
package dev.reclaim.bench.oracle;

import org.jspecify.annotations.NullMarked;

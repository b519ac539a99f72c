/**
 * What rows say of files: which file a linked column means, and which files some row names right
 * now. Planner and worker ask the same questions, so they are answered here.
 */
@NullMarked
package dev.reclaim.references;

import org.jspecify.annotations.NullMarked;

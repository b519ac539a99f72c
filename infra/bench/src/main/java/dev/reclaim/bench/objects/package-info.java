/** Files without a reference: Reclaim beside the tools that empty buckets and folders unasked. */
@NullMarked
package dev.reclaim.bench.objects;

import org.jspecify.annotations.NullMarked;

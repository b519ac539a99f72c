@org.jspecify.annotations.NullMarked
package dev.reclaim.bench.objects;

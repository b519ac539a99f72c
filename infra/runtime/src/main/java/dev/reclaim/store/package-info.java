/**
 * Where files live: an S3 bucket or a directory, seen alike.
 *
 * <p>A <em>path</em> names a file in its store: the object's key, or the way from the directory's
 * root, always with {@code /}. Everything that takes a path takes it literally: no pattern, no
 * decoding, and nothing outside of the store can be named by one. {@link
 * dev.reclaim.store.ReferenceParser} is the one place that reads a path out of what somebody else
 * wrote.
 *
 * <p>Paths below {@code .reclaim/} are Reclaim's own: never listed, never found, never deleted on
 * request.
 *
 * <p>A store answers exactly or throws {@link dev.reclaim.store.StoreUnavailableException}. "I
 * could not ask" is never told as "it is not there".
 */
@NullMarked
package dev.reclaim.store;

import org.jspecify.annotations.NullMarked;

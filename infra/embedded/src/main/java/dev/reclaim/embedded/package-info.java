/**
 * Real servers without an installation: a Kafka broker and an S3 store inside this JVM, PostgreSQL
 * as a child process, all from Maven artifacts, bound to 127.0.0.1 on free ports.
 *
 * <p>Each keeps its data in a directory of its own, which one process at a time may use, and starts
 * again on what it finds there, also after a {@code kill -9}. Nothing outlives the JVM: PostgreSQL
 * ends with it, however it ends. What a person can mend is said in an {@link
 * dev.reclaim.embedded.EmbeddedServerException}.
 *
 * <p>Closing is the caller's: no shutdown hook and no signal handler is installed.
 */
@NullMarked
package dev.reclaim.embedded;

import org.jspecify.annotations.NullMarked;

/**
 * Real servers for tests, started once per JVM and shared: a test asks for a database or a bucket
 * of its own and leaves it behind; all goes when the JVM does.
 *
 * <pre>{@code
 * @RequiresServers
 * class ThingIT {
 *   @Test
 *   void behaves(TestServers servers, TestDatabase database, TestBucket bucket) { ... }
 * }
 * }</pre>
 *
 * <p>They are the embedded ones, or containers with {@code -Dreclaim.testing.servers=containers};
 * images are named by {@code reclaim.testing.kafka.image}, {@code reclaim.testing.postgres.image}
 * and {@code reclaim.testing.s3.image}. Without a container engine that answers, those tests are
 * skipped and say why.
 */
@NullMarked
package dev.reclaim.testing;

import org.jspecify.annotations.NullMarked;

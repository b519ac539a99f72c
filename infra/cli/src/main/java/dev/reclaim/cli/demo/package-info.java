/**
 * The sample systems of {@code reclaim demo}, and the oracle that says what had to go and what
 * went.
 *
 * <p>Nothing here uses the pipeline: rows are planted and counted over plain JDBC, files over plain
 * file access and a bare S3 client, and what must go is written by hand in SQL beside the classes,
 * not read from the policy file. So an agreement between the oracle and the pipeline's own books
 * proves something.
 */
@NullMarked
package dev.reclaim.cli.demo;

import org.jspecify.annotations.NullMarked;

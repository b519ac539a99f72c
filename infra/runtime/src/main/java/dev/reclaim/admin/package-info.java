/**
 * The admin server: health, metrics as JSON and metrics for Prometheus, on loopback only and read
 * only.
 *
 * <p>It knows neither Kafka nor a database: what it shows is supplied by whoever starts it. A
 * request whose {@code Host} is not loopback is refused, so that a web page cannot read it through
 * a name it makes point here (DNS rebinding).
 */
@NullMarked
package dev.reclaim.admin;

import org.jspecify.annotations.NullMarked;

package dev.reclaim.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How a PostgreSQL server differs from the embedded one.
 *
 * @param programs directory of an installed PostgreSQL, which has {@code bin/postgres}; empty for
 *     the one on the class path
 * @param settings of {@code postgresql.conf}, name to value
 */
public record PostgresOptions(Optional<Path> programs, Map<String, String> settings) {
  /** The embedded server with its default settings. */
  public static final PostgresOptions DEFAULT = new PostgresOptions(Optional.empty(), Map.of());
}

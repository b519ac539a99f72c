package dev.reclaim.cli;

import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Which policies are planned or run, as of when, and where the result is written; the same for
 * both.
 */
final class SelectionOptions {
  @Parameters(paramLabel = "POLICY", description = "Names of policies. Default: all of the file.")
  private List<String> names = List.of();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the result as JSON, too; - for standard output.")
  private @Nullable Path json;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "Writes every key and path that goes, a JSON line each.")
  private @Nullable Path keys;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "Judges ages as of this time, like 2026-11-21T02:00:00Z; never later than now.")
  private @Nullable Instant at;

  /** Finds out before anything is done that the results can be written. */
  void requireWritable() {
    OutputFile.require(json);
    OutputFile.require(keys);
  }

  List<Policy> select(PolicyFile file) {
    return file.select(names);
  }

  Optional<Path> json() {
    return Optional.ofNullable(json);
  }

  Optional<Path> keys() {
    return Optional.ofNullable(keys);
  }

  Optional<Instant> at() {
    return Optional.ofNullable(at);
  }
}

package dev.reclaim.cli;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFiles;
import dev.reclaim.policy.PolicyReading;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which policies a command is about. */
final class PolicyOptions {
  @Option(
      names = "--policies",
      required = true,
      paramLabel = "FILE",
      description = {
        "A policy file, or a directory with some; $${NAME} in them is taken from the environment.",
        "Given several times, all of them are read as one."
      })
  private List<Path> files;

  @SuppressWarnings("NullAway.Init")
  PolicyOptions() {}

  /** What was named, for people. */
  String named() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /** Reads the files as far as they can be read. */
  PolicyReading look() {
    return PolicyFiles.look(files, System::getenv);
  }

  PolicyFile read() {
    return PolicyFiles.read(files, System::getenv);
  }
}

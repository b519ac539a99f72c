package dev.reclaim.cli;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which policies a command is about. */
final class PolicyOptions {
  @Option(
      names = "--policies",
      required = true,
      paramLabel = "FILE",
      description = "The policy file. $${NAME} in it is taken from the environment.")
  private Path file;

  @SuppressWarnings("NullAway.Init")
  PolicyOptions() {}

  PolicyFile read() {
    return PolicyFileReader.read(file, System::getenv);
  }
}

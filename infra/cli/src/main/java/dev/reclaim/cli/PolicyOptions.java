package dev.reclaim.cli;

import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.PolicyReading;
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

  Path file() {
    return file;
  }

  /** Reads the file as far as it can be read. */
  PolicyReading look() {
    return PolicyFileReader.look(file, System::getenv);
  }

  PolicyFile read() {
    return PolicyFileReader.read(file, System::getenv);
  }
}

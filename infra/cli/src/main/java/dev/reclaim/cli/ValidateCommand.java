package dev.reclaim.cli;

import dev.reclaim.policy.PolicyReading;
import dev.reclaim.settings.UserException.Kind;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks a policy file whole, and touches no data. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a policy file against its databases and stores, and touches no data.",
      "Says everything that is wrong at once, and which rights the databases' roles need."
    })
final class ValidateCommand implements Callable<Integer> {
  @Mixin private PolicyOptions policies;

  @Option(
      names = "--json",
      arity = "0..1",
      fallbackValue = "-",
      paramLabel = "FILE",
      description =
          "Writes the problems as JSON instead, to standard output where no file is named.")
  private @Nullable Path json;

  @SuppressWarnings("NullAway.Init")
  ValidateCommand() {}

  @Override
  public Integer call() {
    OutputFile.require(json);
    PolicyReading reading = policies.look();
    Validation validation = Validation.of(reading);
    if (json == null) {
      validation.print(policies.named(), System.out);
    } else {
      OutputFile.writeJson(json, validation.lines());
    }
    return validation.hasErrors() ? Kind.USAGE.exitCode() : 0;
  }
}

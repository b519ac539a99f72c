package dev.reclaim.policy;

import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What came of reading a policy file.
 *
 * @param readable what could be read without a mistake, policies that speak of the rest left out;
 *     empty where the text is no YAML. Good for looking at, never for working by
 * @param problems every mistake, in the file's order
 */
public record PolicyReading(Optional<PolicyFile> readable, List<Problem> problems) {

  /**
   * The file, if there is no mistake in it.
   *
   * @throws UserException with every mistake, a line each
   */
  public PolicyFile whole() {
    if (!problems.isEmpty()) {
      throw new UserException(
          Kind.USAGE,
          problems.stream().map(Problem::line).collect(Collectors.joining(System.lineSeparator())));
    }
    return readable.orElseThrow();
  }
}

package dev.reclaim.cli;

import dev.reclaim.deadletters.Letter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Lists dead letters. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description =
        "Counts letters that nothing was done about yet by class and policy, and shows the newest.")
final class ListLetters implements Callable<Integer> {
  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;
  @Mixin private LetterFilterOptions filter;

  @Option(
      names = "--all",
      description = "Also letters that were replayed or discarded, with what was done.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "Shows so many letters at most; all are counted. Default: ${DEFAULT-VALUE}")
  private int limit;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the list as JSON instead; - for standard output.")
  private @Nullable Path json;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ListLetters() {}

  @Override
  public Integer call() {
    if (limit < 0) {
      throw new ParameterException(spec.commandLine(), "--limit has to be 0 or more.");
    }
    OutputFile.require(json);
    LetterList list = new LetterList(limit);
    try (Roles roles = new Roles()) {
      LetterDesk.look(policies.read(), kafka, roles)
          .visit(
              filter.filter(),
              (letter, acts) -> {
                if (all || acts.isEmpty()) {
                  list.add(letter, acts);
                }
              });
    }
    if (json == null) {
      list.print(System.out);
    } else {
      OutputFile.writeJson(json, list.report());
    }
    return 0;
  }

  static String policy(Letter letter) {
    return letter.policy().orElse("-");
  }
}

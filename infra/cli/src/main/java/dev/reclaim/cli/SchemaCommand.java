package dev.reclaim.cli;

import dev.reclaim.events.EventSchemas;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The contracts, for editors and other languages. */
@Command(
    name = "schema",
    mixinStandardHelpOptions = true,
    description = {
      "Prints the JSON Schema of the policy file or of an event, or the AsyncAPI page of the topics.",
      "An editor that knows the policy file's schema completes and checks it."
    })
final class SchemaCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  private String name = "";

  /** Made by picocli alone. */
  SchemaCommand() {}

  @Override
  public Integer call() {
    String text =
        EventSchemas.text(name)
            .orElseThrow(
                () ->
                    new UserException(
                        Kind.USAGE,
                        "There is no schema \"%s\". There are: %s"
                            .formatted(name, String.join(", ", EventSchemas.names()))));
    System.out.print(text);
    return 0;
  }

  /** What can be printed. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return EventSchemas.names().iterator();
    }
  }
}

package dev.reclaim.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** What to do about events that can never be carried out. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Lists and shows events that could not be carried out, sends them again, or lets them be.",
      "Sending one again is safe, however often: an event that was carried out is found in the ledger and"
          + " has no second effect, and every claim is checked against policy and data again.",
      "A letter stays on its topic for 30 days whatever is done about it; what was done is noted in the"
          + " table reclaim.dead_letter_act."
    },
    subcommands = {
      ListLetters.class,
      ShowLetter.class,
      ReplayLetters.class,
      DiscardLetters.class,
      CommandLine.HelpCommand.class
    })
final class DeadLettersCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Made by picocli alone, which fills the field. */
  @SuppressWarnings("NullAway.Init")
  DeadLettersCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do: list, show, replay or discard.");
  }
}

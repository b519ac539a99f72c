package dev.reclaim.cli;

import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Letter;
import dev.reclaim.policy.PolicyFile;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Lets dead letters be. */
@Command(
    name = "discard",
    mixinStandardHelpOptions = true,
    description = {
      "Notes that letters need nothing more: list no longer shows them.",
      "They stay on their topic until their time is over, and can still be shown and sent again with --all."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or some letters were left",
      "2:the command or a file it names is wrong"
    })
final class DiscardLetters implements Callable<Integer> {
  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;
  @Mixin private LetterSelection selection;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for those who ask later.")
  private String reason;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  DiscardLetters() {}

  @Override
  public Integer call() throws InterruptedException {
    if (reason.isBlank()) {
      throw new ParameterException(spec.commandLine(), "--reason has to say why.");
    }
    selection.requireOne(spec.commandLine());
    PolicyFile file = policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      LetterDesk desk = LetterDesk.open(file, kafka, roles);
      return desk.handle(selection, new Discarding(desk, reason.strip()));
    }
  }

  /** Notes and does nothing else. */
  private record Discarding(LetterDesk desk, String reason) implements LetterDesk.LetterWork {
    @Override
    public Optional<String> obstacle(Letter letter) {
      return Optional.empty();
    }

    @Override
    public void carryOut(Letter letter) {
      desk.acts()
          .note(letter, Act.Kind.DISCARD, System.getProperty("user.name"), Optional.of(reason));
    }

    @Override
    public String done() {
      return "discarded";
    }
  }
}

package dev.reclaim.cli;

import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Letter;
import dev.reclaim.deadletters.Replay;
import dev.reclaim.policy.PolicyFile;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Sends dead letters again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Sends letters again to the topic they came from: key, value and headers as they came.",
      "This is safe, however often: an event that was carried out is found in the ledger and has no second"
          + " effect, and every claim is checked against policy and data again. A run that has ended stays as"
          + " it ended; what a replay deletes counts in the metrics."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or some letters were left",
      "2:the command or a file it names is wrong"
    })
final class ReplayLetters implements Callable<Integer> {
  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;
  @Mixin private LetterSelection selection;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "100",
      description = "Most letters a second. Default: ${DEFAULT-VALUE}")
  private int rate;

  @Option(
      names = "--max-replays",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Leaves letters that came back after so many replays: sending them once more mends nothing."
              + " Default: ${DEFAULT-VALUE}")
  private int replaysMax;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  ReplayLetters() {}

  @Override
  public Integer call() throws InterruptedException {
    if (rate < 1 || replaysMax < 1) {
      throw new ParameterException(
          spec.commandLine(), "--rate and --max-replays have to be 1 or more.");
    }
    selection.requireOne(spec.commandLine());
    PolicyFile file = policies.read();
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      LetterDesk desk = LetterDesk.open(file, kafka, roles);
      Replay replay = roles.own(new Replay(desk.kafka(), replaysMax));
      return desk.handle(selection, new Sending(desk, replay, TimeUnit.SECONDS.toNanos(1) / rate));
    }
  }

  /** Sends, notes, and keeps to the rate. */
  private static final class Sending implements LetterDesk.LetterWork {
    private final LetterDesk desk;
    private final Replay replay;
    private final long everyNanos;
    private long next = System.nanoTime();

    Sending(LetterDesk desk, Replay replay, long everyNanos) {
      this.desk = desk;
      this.replay = replay;
      this.everyNanos = everyNanos;
    }

    @Override
    public Optional<String> obstacle(Letter letter) {
      return replay.obstacle(letter);
    }

    /** Sent before it is noted: what is sent twice has one effect, what is only noted has none. */
    @Override
    public void carryOut(Letter letter) throws InterruptedException {
      TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
      next = Math.max(next, System.nanoTime() - everyNanos) + everyNanos;
      replay.send(letter);
      desk.acts().note(letter, Act.Kind.REPLAY, System.getProperty("user.name"), Optional.empty());
    }

    @Override
    public String done() {
      return "sent again";
    }
  }
}

package dev.reclaim.cli;

import dev.reclaim.settings.UserException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The command with all its subcommands. */
@Command(
    name = "reclaim",
    mixinStandardHelpOptions = true,
    versionProvider = Reclaim.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Deletes what has outlived its purpose: expired rows and orphaned files, checked, counted, exact.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      RunCommand.class,
      ValidateCommand.class,
      PlanCommand.class,
      RestoreCommand.class,
      PlannerCommand.class,
      WorkerCommand.class,
      MetricsCommand.class,
      SchemaCommand.class,
      DeadLettersCommand.class,
      AuditCommand.class,
      Reclaim.VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed, or not all of it was done",
      "2:the command or a file it names is wrong",
      "3:somebody has to look and approve first"
    })
public final class Reclaim implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Made by picocli alone, which fills the field. */
  @SuppressWarnings("NullAway.Init")
  Reclaim() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    Logging.quiet();
    System.exit(execute(args));
  }

  static int execute(String... args) {
    return new CommandLine(new Reclaim())
        .setExecutionExceptionHandler(new SayItPlainly())
        .setParameterExceptionHandler(Reclaim::misused)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .registerConverter(Instant.class, new Converters.OfInstant())
        .registerConverter(Duration.class, new Converters.OfDuration())
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: name a command.");
  }

  private static int misused(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(e.getMessage());
    err.println("Try " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help.");
    return UserException.Kind.USAGE.exitCode();
  }

  /** One line for what the operator can mend; the whole failure only for what we have to. */
  private static final class SayItPlainly implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
      PrintWriter err = command.getErr();
      Optional<UserException> plain = PlainWords.of(e);
      if (plain.isPresent()) {
        err.println(plain.get().getMessage());
        return plain.get().kind().exitCode();
      }
      err.println("Something went wrong that should not have: " + e);
      if (System.getenv("RECLAIM_DEBUG") != null) {
        e.printStackTrace(err);
      } else {
        err.println("Set RECLAIM_DEBUG=1 and run it again to see where.");
      }
      return UserException.Kind.FAILED.exitCode();
    }
  }

  /** Says which Reclaim this is. */
  @Command(name = "version", description = "Says which version this is.")
  static final class VersionCommand implements Runnable {
    @Override
    public void run() {
      System.out.println(new Version().getVersion()[0]);
    }
  }

  /** Reads the version from the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Reclaim.class.getPackage().getImplementationVersion();
      return new String[] {"reclaim " + (version == null ? "(not packaged)" : version)};
    }
  }
}

package dev.reclaim.cli;

import dev.reclaim.cli.demo.Amounts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The whole pipeline on embedded servers and sample data, proving its own accounts. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Starts Kafka, PostgreSQL and S3 inside this process, plants five sample systems with what must go and what must",
      "stay, runs the whole pipeline on them and proves that four accounts agree: what was planted, what is gone, the",
      "ledgers, and the metrics. Without --once it then goes on planting and cleaning until Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(names = "--once", description = "Ends after the proof.")
  private boolean once;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report as JSON, too.")
  private @Nullable Path json;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows that must go, at least 100. Default: 120000")
  private long rows = Amounts.DEFAULT.rows();

  @Option(
      names = "--files",
      paramLabel = "N",
      description = "Files that must go, at least 100. Default: 10400")
  private long files = Amounts.DEFAULT.files();

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "Port for health and metrics on 127.0.0.1. Default: any that is free")
  private int port;

  @picocli.CommandLine.Spec private picocli.CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway.Init")
  DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    Amounts amounts = amounts();
    OutputFile.require(json);
    try (Shutdown shutdown = Shutdown.onInterrupt();
        DemoDirectory directory = DemoDirectory.make();
        Demo demo = Demo.start(directory.path(), amounts, port)) {
      boolean verified = demo.prove(Optional.ofNullable(json));
      if (verified && !once) {
        demo.goOn();
      }
      return verified ? 0 : 1;
    }
  }

  private Amounts amounts() {
    try {
      return new Amounts(rows, files);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "--rows and --files have to be " + Amounts.MIN + " or more.");
    }
  }
}

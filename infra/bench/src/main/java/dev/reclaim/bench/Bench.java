package dev.reclaim.bench;

import dev.reclaim.bench.chaos.ChaosCommand;
import dev.reclaim.bench.objects.ObjectsCommand;
import dev.reclaim.bench.orphans.OrphansCommand;
import dev.reclaim.bench.rows.RowsCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The benchmarks, each a subcommand. */
@Command(
    name = "infra/bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures Reclaim beside what it replaces.",
    subcommands = {
      RowsCommand.class,
      OrphansCommand.class,
      ObjectsCommand.class,
      ChaosCommand.class
    })
public final class Bench implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Made by picocli alone, which fills the field. */
  @SuppressWarnings("NullAway.Init")
  Bench() {}

  /** Runs one and ends the process with its exit code. */
  public static void main(String[] args) {
    quiet();
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  /**
   * Errors only, and not those which are the ordinary course of things: a batch that overtook its
   * predecessor and is sent again, a rebalance that a close has cut short.
   */
  private static void quiet() {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    System.setProperty("org.slf4j.simpleLogger.log.kafka.server.ReplicaManager", "off");
    System.setProperty(
        "org.slf4j.simpleLogger.log.org.apache.kafka.clients.consumer.internals.ConsumerMembershipManager",
        "off");
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say which benchmark: rows, orphans, objects or chaos.");
  }
}

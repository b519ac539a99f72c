package dev.reclaim.cli;

import java.util.List;

/** How much the process says on standard error beside its results. */
final class Logging {
  private static final String PREFIX = "org.slf4j.simpleLogger.";

  /**
   * These call an error what is the ordinary course of things: a rebalance that a close has cut
   * short, state that is read again after an unclean end, a batch that overtook its predecessor and
   * is sent again.
   */
  private static final List<String> ORDINARY =
      List.of(
          "org.apache.kafka.clients.consumer.internals.ConsumerMembershipManager",
          "org.apache.kafka.streams.processor.internals.TaskManager",
          "kafka.server.ReplicaManager");

  private Logging() {}

  /** Warnings of ours, errors of the libraries'. */
  static void quiet() {
    set("defaultLogLevel", "error");
    set("log.dev.reclaim", "warn");
    for (String logger : ORDINARY) {
      set("log." + logger, "off");
    }
    set("showDateTime", "true");
    set("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    set("showThreadName", "false");
    set("showShortLogName", "true");
  }

  /** For roles that run for long: what they do is said, too. */
  static void talkative() {
    System.setProperty(PREFIX + "log.dev.reclaim", "info");
  }

  /** Leaves what somebody has set on the command line. */
  private static void set(String name, String value) {
    if (System.getProperty(PREFIX + name) == null) {
      System.setProperty(PREFIX + name, value);
    }
  }
}

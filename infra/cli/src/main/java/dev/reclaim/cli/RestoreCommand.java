package dev.reclaim.cli;

import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.worker.RestoredRun;
import dev.reclaim.worker.Restorer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings back the files of a run that lie in quarantine, and takes them off the account. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the files of a run back from quarantine to their paths; without RUN, lists what there is.",
      "A file whose path has something newer stays in quarantine. It can be interrupted, and repeated."
    })
final class RestoreCommand implements Callable<Integer> {
  private static final int CONNECTIONS_MAX = 4;

  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Name of the run, as its report, its events and the ledger have it.")
  private @Nullable String run;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "Only files that this policy moved; may be given several times.")
  private List<String> only = List.of();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the result as JSON, too; - for standard output.")
  private @Nullable Path json;

  @SuppressWarnings("NullAway.Init")
  RestoreCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PolicyFile file = policies.read();
    file.select(only);
    OutputFile.require(json);
    return run == null ? list(file) : restore(file, run);
  }

  private int list(PolicyFile file) {
    try (Databases databases =
        Databases.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-restore"))) {
      List<Restorer.Held> held = Restorer.held(file, databases);
      if (json != null) {
        OutputFile.writeJson(json, held);
      }
      if (held.isEmpty()) {
        people().println("Nothing is in quarantine.");
      }
      for (Restorer.Held one : held) {
        people()
            .printf(
                Locale.ROOT,
                "%s: %,d files, %,d bytes of store %s, by policy %s; purged by a run after %s%n",
                one.run(),
                one.files(),
                one.bytes(),
                one.store(),
                one.policy(),
                one.purgedFrom());
      }
      return 0;
    }
  }

  private int restore(PolicyFile file, String name) throws InterruptedException {
    try (Shutdown shutdown = Shutdown.onInterrupt();
        Roles roles = new Roles()) {
      Installation to =
          roles.own(Installation.open(file, CONNECTIONS_MAX, ProcessName.of("reclaim-restore")));
      KafkaOptions.Broker broker = roles.own(kafka.open());
      Restorer restorer =
          roles.own(
              new Restorer(
                  broker.settings(), file, to.databases(), to.stores(), ProcessName.of("restore")));
      if (!restorer.knows(name) && unheld(file, to, name)) {
        throw new UserException(
            Kind.FAILED,
            "There is no run %s. What can be brought back, reclaim restore lists without a name."
                .formatted(name));
      }
      RestoredRun restored;
      try (RestoreBar bar = new RestoreBar()) {
        restored = restorer.restore(name, Set.copyOf(only), bar);
      }
      report(restored);
      return restored.complete() ? 0 : Kind.FAILED.exitCode();
    }
  }

  /** The files of a producer's event are brought back by the event's name, which is no run's. */
  private static boolean unheld(PolicyFile file, Installation to, String name) {
    return Restorer.held(file, to.databases()).stream().noneMatch(held -> held.run().equals(name));
  }

  private void report(RestoredRun restored) {
    if (json != null) {
      OutputFile.writeJson(json, restored);
    }
    PrintStream out = people();
    for (RestoredRun.Part part : restored.policies()) {
      out.printf(
          Locale.ROOT,
          "%s: %,d files, %,d bytes brought back%n",
          part.policy(),
          part.files(),
          part.bytes());
    }
    if (restored.newer() > 0) {
      out.printf("%d stay in quarantine: something newer is at their paths%n", restored.newer());
    }
    if (restored.failed() > 0) {
      out.printf(
          "%d stay in quarantine: %s%n", restored.failed(), String.join("; ", restored.reasons()));
    }
    restored.staying().forEach(path -> out.println("  " + Printable.line(path)));
    if (restored.busy() > 0) {
      out.printf(
          "%d are being moved or purged at this moment: ask for the same again%n", restored.busy());
    }
    if (restored.complete()) {
      out.println(
          restored.files() == 0
              ? "Nothing of it is in quarantine."
              : "Complete: all of it is back, and off the account.");
    } else {
      out.println("Not complete.");
    }
  }

  /** Where JSON goes to standard output, people are spoken to beside it. */
  private PrintStream people() {
    return json != null && OutputFile.isStandardOutput(json) ? System.err : System.out;
  }
}

package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.kafka.KafkaSettings;
import dev.reclaim.metrics.MetricsJob;
import dev.reclaim.metrics.MetricsSettings;
import dev.reclaim.planner.Planner;
import dev.reclaim.worker.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One role of Reclaim in a process of its own, wired as the command does it. It takes orders, a
 * line each, from its standard input and ends when that does.
 */
public enum Role {
  WORKER,
  PLANNER,
  METRICS;

  /** Said on standard output when all of it stands. */
  static final String READY = "ready";

  /** Role, name of the process, brokers, name of the site, directory for state. */
  public static void main(String[] args) throws IOException {
    Role role = valueOf(args[0].toUpperCase(Locale.ROOT));
    KafkaSettings kafka = Site.kafka(args[2], args[3]);
    if (role == METRICS) {
      MetricsJob unused = MetricsJob.start(MetricsSettings.of(kafka, Path.of(args[4])));
      obey(order -> {});
      return;
    }
    Installed installed = Installed.open(args[1], System.getenv()::get);
    if (role == WORKER) {
      Worker unused = installed.startWorker(args[1], kafka);
      obey(order -> {});
    } else {
      Planner planner = installed.startPlanner(args[1], kafka);
      obey(new PlannerLoop(planner, installed.file())::obey);
    }
  }

  private interface Orders {
    void obey(String order);
  }

  /** Whoever started us is gone when the input ends: nobody is there to close for. */
  private static void obey(Orders orders) throws IOException {
    say(READY);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      orders.obey(line);
    }
    Runtime.getRuntime().halt(0);
  }

  static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}

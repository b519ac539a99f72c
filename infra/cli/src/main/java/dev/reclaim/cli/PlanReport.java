package dev.reclaim.cli;

import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.Forecast;
import dev.reclaim.planner.Forecast.Due;
import dev.reclaim.planner.Forecast.Partition;
import dev.reclaim.planner.Forecast.Stays;
import dev.reclaim.planner.scan.RowSurvey.KeptBy;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What {@code reclaim plan} found.
 *
 * @param total what all policies together would give back
 * @param stopped policies whose runs would stop
 */
record PlanReport(Reclaimed total, List<Forecast> policies, List<Stopped> stopped) {
  /** As many partitions as people read; all are in the JSON. */
  private static final int PARTITIONS_MAX = 10;

  private static final long MINUTES_FROM_SECONDS = 120;

  /** A policy whose run would stop, with the exit code that it would end with. */
  record Stopped(String policy, int exitCode, String why) {}

  static PlanReport of(List<Forecast> policies, List<Stopped> stopped) {
    return new PlanReport(
        policies.stream().map(Forecast::reclaimed).reduce(Reclaimed.NOTHING, Reclaimed::plus),
        policies,
        stopped);
  }

  /** As the runs would end together, were they not stopped by anything that no plan can see. */
  int exitCode() {
    return stopped.stream().mapToInt(Stopped::exitCode).max().orElse(0);
  }

  void print(PrintStream out) {
    AccountTable table = new AccountTable(out);
    table.head("claimed", "rows", "files", "bytes", "protected");
    for (Forecast policy : policies) {
      table.line(
          policy.policy(),
          policy.claimed(),
          policy.reclaimed().rows(),
          policy.reclaimed().files(),
          policy.reclaimed().bytes(),
          policy.stays().guarded());
    }
    table.rule();
    policies.forEach(policy -> print(policy, out));
    out.println();
    out.println("A plan: nothing was changed.");
  }

  private static void print(Forecast policy, PrintStream out) {
    out.println();
    if (policy.claimed() == 0) {
      out.printf("%s: nothing is due%n", policy.policy());
    } else {
      out.printf(
          Locale.ROOT,
          "%s: %s %,d%s%n",
          policy.policy(),
          policy.marks() ? "marks" : "deletes",
          policy.claimed(),
          policy.oldest().isPresent()
              ? ", the oldest from %s, the newest from %s"
                  .formatted(policy.oldest().get(), policy.newest().orElse("then"))
              : "");
    }
    stays(policy).forEach(line -> out.println("  stays  " + line));
    policy.notes().forEach(note -> out.println(policy.policy() + ": " + note));
    drops(policy).forEach(line -> out.println("  drops  " + line));
    for (Due due : policy.sample()) {
      out.printf("  due    %s: %s%n", due.name(), due.because());
    }
    if (policy.claimed() > 0) {
      policy
          .statements()
          .forEach(statement -> out.println("  does   " + statement.replace("\n", "\n         ")));
      out.printf(
          "  takes  about %s; %s%n", time(policy.estimate().seconds()), policy.estimate().basis());
    }
  }

  private static List<String> drops(Forecast policy) {
    List<String> lines = new ArrayList<>();
    for (Partition partition : policy.partitions().stream().limit(PARTITIONS_MAX).toList()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "the partition %s whole, %,d rows from %s to %s",
              partition.partition(),
              partition.rows(),
              partition.from(),
              partition.to()));
    }
    int more = policy.partitions().size() - lines.size();
    if (more > 0) {
      lines.add(line(more, "partitions more"));
    }
    return lines;
  }

  private static List<String> stays(Forecast policy) {
    Stays stays = policy.stays();
    List<String> lines = new ArrayList<>();
    for (KeptBy by : stays.by()) {
      if (by.rows() > 0) {
        lines.add(line(by.rows(), "because of " + by.by()));
      }
    }
    if (stays.kept() > 0) {
      lines.add(line(stays.kept(), "because of keep"));
    }
    if (stays.undated() > 0) {
      lines.add(line(stays.undated(), "because their dates say nothing"));
    }
    if (policy.linkedFiles().kept() > 0) {
      lines.add(line(policy.linkedFiles().kept(), "linked files, because another row names them"));
    }
    return lines;
  }

  private static String line(long number, String why) {
    return String.format(Locale.ROOT, "%,d %s", number, why);
  }

  private static String time(long seconds) {
    return seconds < MINUTES_FROM_SECONDS ? seconds + " s" : seconds / 60 + " min";
  }
}

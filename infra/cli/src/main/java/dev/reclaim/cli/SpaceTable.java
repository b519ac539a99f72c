package dev.reclaim.cli;

import dev.reclaim.events.ReclaimedSpace;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Accounts of policies as people read them, what belongs to labels below its policy. */
final class SpaceTable {
  private final PrintStream out;

  SpaceTable(PrintStream out) {
    this.out = out;
  }

  /**
   * Prints accounts of one kind of window.
   *
   * @param spaces by time, the parts of a policy after the whole
   */
  void print(List<ReclaimedSpace> spaces) {
    if (spaces.isEmpty()) {
      out.println("Nothing has been reclaimed yet, or the metrics stream has not seen it.");
      return;
    }
    AccountTable table = new AccountTable(out);
    table.head("rows", "files", "bytes", "marked", "events", "duplicates");
    @Nullable String time = null;
    for (ReclaimedSpace space : spaces) {
      if (space.start() != null && !space.start().toString().equals(time)) {
        time = space.start().toString();
        out.println(time);
      }
      table.line(
          space.labelled() ? "  " + words(space.labels()) : space.policy(),
          space.reclaimed().rows(),
          space.reclaimed().files(),
          space.reclaimed().bytes(),
          space.counts().marked(),
          space.events(),
          space.duplicates());
    }
  }

  /** Values are what somebody has written into a row: nothing in them may steer the terminal. */
  private static String words(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> label.getKey() + "=" + printable(label.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String printable(String value) {
    return value.isEmpty() ? "(empty)" : value.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]", "?");
  }
}

package dev.reclaim.bench.rows;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report for people, as Markdown: the page on performance shows it as it is. */
final class ReportTable {
  private final PrintStream out;

  private ReportTable(PrintStream out) {
    this.out = out;
  }

  static void print(
      RowsReport report, Map<String, ? extends @Nullable Object> figures, PrintStream out) {
    ReportTable table = new ReportTable(out);
    table.ratios(report);
    table.figures(figures);
    table.neighbour(report);
    table.growth(report);
    table.space(report);
  }

  private void ratios(RowsReport report) {
    head("table", "contender", "times as fast as one DELETE");
    report
        .ratios()
        .forEach(
            (table, ratios) ->
                ratios.forEach((contender, ratio) -> row(table, contender, "%.2f", ratio)));
  }

  private void figures(Map<String, ? extends @Nullable Object> figures) {
    head("figure", "value");
    figures.forEach(
        (name, value) -> {
          if (value instanceof Double number) {
            line("| %s | %.2f |", name, number);
          }
        });
  }

  private void neighbour(RowsReport report) {
    head("neighbour", "p50 ms", "p99 ms", "lock waits", "transactions", "seconds");
    report
        .neighbour()
        .forEach(
            (beside, felt) ->
                line(
                    "| %s | %.2f | %.2f | %d | %d | %.1f |",
                    beside,
                    felt.p50Ms(),
                    felt.p99Ms(),
                    felt.lockWaits(),
                    felt.transactions(),
                    felt.seconds()));
  }

  private void growth(RowsReport report) {
    head("jobs", "rows deleted", "seconds", "rows/s", "planner MiB", "worker MiB", "one row: s");
    report
        .growth()
        .forEach(
            size ->
                line(
                    "| %,d | %,d | %.2f | %,.0f | %.0f | %.0f | %.2f |",
                    size.rows(),
                    size.deleted(),
                    size.seconds(),
                    size.rowsPerSecond(),
                    size.plannerHeapMiB(),
                    size.workerHeapMiB(),
                    size.overheadSeconds()));
  }

  private void space(RowsReport report) {
    head("space", "estimate MiB", "actual MiB", "estimate / actual");
    report
        .space()
        .forEach(
            it -> {
              @Nullable Long estimate = it.estimate();
              line(
                  "| %s | %s | %.1f | %s |",
                  it.table(),
                  estimate == null ? "" : text("%.1f", estimate / 1048576.0),
                  it.actual() / 1048576.0,
                  estimate == null ? "" : text("%.3f", (double) estimate / it.actual()));
            });
  }

  private void head(String... columns) {
    out.println();
    out.println("| " + String.join(" | ", columns) + " |");
    out.println("|" + "---|".repeat(columns.length));
  }

  private void row(String table, String contender, String format, double value) {
    out.println("| " + table + " | " + contender + " | " + text(format, value) + " |");
  }

  private void line(String format, Object... values) {
    out.println(text(format, values));
  }

  /** The same in every country. */
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

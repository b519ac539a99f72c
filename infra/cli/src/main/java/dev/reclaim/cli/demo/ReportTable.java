package dev.reclaim.cli.demo;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as people read it: by policy, the four accounts, and what was proved. */
final class ReportTable {
  private static final String LINE = "  %-22s %12s %10s %12s %16s %9s %10s%n";
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB");

  private final PrintStream out;

  ReportTable(PrintStream out) {
    this.out = out;
  }

  void print(DemoReport report) {
    out.println();
    out.printf(LINE, "policy", "rows", "files", "size", "bytes", "marked", "protected");
    rule();
    for (DemoReport.PolicyLine policy : report.policies()) {
      line(policy);
      labels(policy.name(), report.labels().deleted());
    }
    rule();
    account("planted to go", report.planted());
    account("deleted", report.deleted());
    account("in the ledger", report.ledger());
    account("in the metrics", report.metrics());
    out.println();
    report.proofs().forEach(this::proof);
    defects(report);
    out.println();
    out.printf(
        Locale.ROOT,
        "  %s in %.1f s%n",
        report.verified() ? "Every account agrees," : "NOT VERIFIED,",
        report.seconds());
  }

  private void line(DemoReport.PolicyLine policy) {
    out.printf(
        LINE,
        policy.name(),
        number(policy.rows()),
        number(policy.files()),
        size(policy.bytes()),
        number(policy.bytes()),
        number(policy.marked()),
        number(policy.keptByProtection()));
  }

  private void account(String name, Account account) {
    out.printf(
        LINE,
        name,
        number(account.rows()),
        number(account.files()),
        size(account.bytes()),
        number(account.bytes()),
        "",
        "");
  }

  private void labels(String policy, Map<Label, Account> deleted) {
    deleted.entrySet().stream()
        .filter(entry -> entry.getKey().policy().equals(policy))
        .sorted(Comparator.comparing(entry -> entry.getKey().value()))
        .forEach(entry -> account("  " + entry.getKey().value(), entry.getValue()));
  }

  private void rule() {
    out.println("  " + "-".repeat(97));
  }

  private void proof(DemoReport.Proof proof) {
    boolean marks = Charset.defaultCharset().newEncoder().canEncode('\u2713');
    String mark = proof.holds() ? (marks ? "\u2713" : "ok") : (marks ? "\u2717" : "FAILED");
    out.printf("  %s %s%n", mark, proof.statement());
  }

  private void defects(DemoReport report) {
    if (report.wronglyDeleted() > 0 || report.leftBehind() > 0) {
      out.printf(
          "  wrongly deleted or changed: %s, left behind: %s%n",
          number(report.wronglyDeleted()), number(report.leftBehind()));
    }
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** In powers of 1,024, to one decimal. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes;
    String unit = "B";
    for (String next : UNITS) {
      if (size < 1024) {
        break;
      }
      size /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, unit);
  }
}

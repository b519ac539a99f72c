package dev.reclaim.cli;

import dev.reclaim.audit.Amounts;
import dev.reclaim.audit.AuditReport;
import dev.reclaim.audit.AuditReport.OfPolicy;
import dev.reclaim.audit.AuditReport.OfRun;
import dev.reclaim.audit.Difference;
import java.io.PrintStream;

/** An audit as people read it. */
final class AuditTable {
  private final PrintStream out;

  AuditTable(PrintStream out) {
    this.out = out;
  }

  void print(AuditReport report) {
    AccountTable table = new AccountTable(out);
    table.head("events", "rows", "files", "bytes");
    for (OfPolicy policy : report.policies()) {
      out.println(policy.policy());
      line(table, "  ledger", policy.ledger());
      line(table, "  outcomes", policy.outcomes());
      line(table, "  metrics", policy.metrics());
      line(table, "  sum of its hours", policy.windows());
      notes(policy);
    }
    table.rule();
    long equal = report.runs().stream().filter(OfRun::equal).count();
    out.printf("%,d of %,d runs have equal accounts.%n", equal, report.runs().size());
    if (report.foreign() > 0) {
      out.printf(
          "%,d outcomes of policies that are not known here were left out.%n", report.foreign());
    }
    if (report.unreadable() > 0) {
      out.printf("%,d records are no outcomes and were left out.%n", report.unreadable());
    }
    verdict(report);
  }

  private static void line(AccountTable table, String name, Amounts amounts) {
    table.line(name, amounts.events(), amounts.rows(), amounts.files(), amounts.bytes());
  }

  private void notes(OfPolicy policy) {
    if (policy.unsaid() + policy.uncounted() > 0) {
      out.printf(
          "  still on their way: %,d to the outcomes, %,d to the metrics%n",
          policy.unsaid(), policy.uncounted());
    }
    if (policy.beyond() > 0) {
      out.printf("  %,d outcomes are older than their topic remembers%n", policy.beyond());
    }
    long dropped = policy.ledger().events() - policy.entries().events();
    if (dropped > 0) {
      out.printf("  %,d events of the ledger are kept as totals%n", dropped);
    }
  }

  private void verdict(AuditReport report) {
    if (report.equal()) {
      out.println("Equal.");
      return;
    }
    out.printf("DIFFERENT in %,d places, the first:%n", report.differences());
    for (Difference difference : report.first()) {
      out.println("  " + Printable.line(difference.toString()));
    }
  }
}

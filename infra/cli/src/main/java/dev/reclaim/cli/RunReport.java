package dev.reclaim.cli;

import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.planner.RunResult;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The account of one {@code reclaim run}.
 *
 * @param complete whether every policy ran to its end and left nothing that was due
 */
record RunReport(boolean complete, Reclaimed total, List<PolicyAccount> policies) {
  /**
   * A policy's part; {@code state} is complete, incomplete, stopped or late.
   *
   * @param cutoff what the run judged ages by
   * @param resumed whether the run was begun earlier, by a cutoff of its own
   * @param reusableBytesEstimate about what the deleted rows left reusable by the database; not the
   *     logical bytes, which are counted
   * @param refusedRows rows that the database would not give up, claimed or not
   */
  record PolicyAccount(
      String name,
      String state,
      Optional<String> run,
      Optional<Instant> cutoff,
      boolean resumed,
      long claimed,
      long protectedRows,
      long undatedRows,
      long refusedRows,
      OutcomeCounts rows,
      OutcomeCounts files,
      Reclaimed reclaimed,
      Optional<Long> reusableBytesEstimate,
      Optional<String> problem,
      List<String> notes) {}

  static RunReport of(PolicyRuns.Results results) {
    List<PolicyAccount> accounts = new ArrayList<>();
    results.done().forEach(run -> accounts.add(account(run)));
    results
        .stopped()
        .forEach(
            (name, why) ->
                accounts.add(nothing(name, "stopped", String.valueOf(why.getMessage()))));
    results
        .late()
        .forEach(
            name ->
                accounts.add(
                    nothing(name, "late", "the time was over; the next run goes on with it")));
    boolean complete =
        results.stopped().isEmpty()
            && results.late().isEmpty()
            && results.done().stream().allMatch(run -> run.state() == RunResult.State.COMPLETE);
    return new RunReport(complete, RunCommand.total(results.done()), accounts);
  }

  private static PolicyAccount account(RunResult run) {
    return new PolicyAccount(
        run.policy(),
        run.state() == RunResult.State.COMPLETE ? "complete" : "incomplete",
        Optional.of(run.run()),
        Optional.of(run.cutoff()),
        run.resumed(),
        run.claimed(),
        run.guarded() + run.counts().guarded(),
        run.undated(),
        run.refused() + run.counts().refused(),
        run.counts(),
        run.fileCounts(),
        run.reclaimed(),
        run.reusableBytesEstimate().stream().boxed().findFirst(),
        run.problem(),
        run.notes());
  }

  private static PolicyAccount nothing(String name, String state, String why) {
    return new PolicyAccount(
        name,
        state,
        Optional.empty(),
        Optional.empty(),
        false,
        0,
        0,
        0,
        0,
        OutcomeCounts.NONE,
        OutcomeCounts.NONE,
        Reclaimed.NOTHING,
        Optional.empty(),
        Optional.of(why),
        List.of());
  }

  void print(PrintStream out) {
    AccountTable table = new AccountTable(out);
    table.head("rows", "files", "bytes", "marked", "protected", "kept");
    for (PolicyAccount policy : policies) {
      table.line(
          policy.name(),
          policy.reclaimed().rows(),
          policy.reclaimed().files(),
          policy.reclaimed().bytes(),
          policy.rows().marked(),
          policy.protectedRows() + policy.files().guarded(),
          kept(policy.rows()) + kept(policy.files()) + policy.refusedRows());
    }
    table.rule();
    table.line("total", total.rows(), total.files(), total.bytes());
    printReusable(out);
    for (PolicyAccount policy : policies) {
      if (policy.resumed()) {
        out.printf(
            "%s: went on with %s, which was left unfinished, by its own cutoff %s; what was asked for now follows it%n",
            policy.name(),
            policy.run().orElse("a run"),
            policy.cutoff().map(Instant::toString).orElse("of then"));
      }
      policy
          .problem()
          .ifPresent(
              problem -> out.println(policy.name() + ": " + policy.state() + ", " + problem));
      if (policy.undatedRows() > 0) {
        out.printf(
            "%s: %d rows have no usable date and stay%n", policy.name(), policy.undatedRows());
      }
      if (policy.files().quarantined() > 0) {
        out.printf(
            "%s: %d files are in quarantine; reclaim restore %s brings them back%n",
            policy.name(), policy.files().quarantined(), policy.run().orElse("RUN"));
      }
      policy.notes().stream().limit(5).forEach(note -> out.println(policy.name() + ": " + note));
    }
    boolean nothing = policies.stream().allMatch(it -> it.claimed() == 0);
    if (complete && nothing) {
      out.println("Nothing was claimed: nothing was deleted.");
    } else if (complete) {
      out.println("Complete: nothing that was due is left.");
    } else {
      out.println("Not complete.");
    }
  }

  private void printReusable(PrintStream out) {
    long reusable =
        policies.stream()
            .flatMap(policy -> policy.reusableBytesEstimate().stream())
            .mapToLong(Long::longValue)
            .sum();
    if (reusable > 0) {
      out.printf(
          Locale.ROOT,
          "about %.1f MB reusable by the database (estimate); given back to the disk only by VACUUM FULL or a dropped partition%n",
          reusable / 1e6);
    }
  }

  private static long kept(OutcomeCounts counts) {
    return counts.locked() + counts.changed() + counts.failed() + counts.held();
  }
}

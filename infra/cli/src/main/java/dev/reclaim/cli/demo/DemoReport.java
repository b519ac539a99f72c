package dev.reclaim.cli.demo;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a demo did, and whether four accounts that were kept apart agree.
 *
 * @param verified whether every proof holds
 * @param planted what had to go, by the oracle
 * @param deleted what went, by the oracle
 * @param ledger what the workers wrote down in the databases
 * @param metrics what the metrics stream published
 * @param policies what went, by policy
 * @param labels what went, by labels; for people only
 */
public record DemoReport(
    boolean verified,
    double seconds,
    Account planted,
    Account deleted,
    Account ledger,
    Account metrics,
    long wronglyDeleted,
    long leftBehind,
    List<PolicyLine> policies,
    @JsonIgnore LabelAccounts labels) {

  public DemoReport {
    policies = List.copyOf(policies);
  }

  /**
   * A policy's line.
   *
   * @param marked rows that were changed instead of deleted; for people only, no account counts
   *     them
   * @param keptByProtection rows that were due and stayed because something refers to them, as the
   *     workers counted them
   */
  public record PolicyLine(
      String name,
      long rows,
      long files,
      long bytes,
      @JsonIgnore long marked,
      @JsonProperty("protected") long keptByProtection) {}

  /** A statement that holds or does not. */
  record Proof(String statement, boolean holds) {}

  /**
   * Puts the accounts beside each other.
   *
   * @param protectedRows by policy; a policy that is missing protected none
   */
  public static DemoReport of(
      Verdict verdict,
      Account ledger,
      Account metrics,
      LabelAccounts labels,
      Map<String, Long> protectedRows,
      Duration took) {
    List<PolicyLine> lines =
        verdict.policies().stream()
            .map(policy -> line(policy, protectedRows.getOrDefault(policy.name(), 0L)))
            .toList();
    DemoReport unjudged =
        new DemoReport(
            false,
            took.toMillis() / 1000.0,
            verdict.planted(),
            verdict.deleted(),
            ledger,
            metrics,
            verdict.wronglyDeleted(),
            verdict.leftBehind(),
            lines,
            labels);
    return unjudged.judged();
  }

  private static PolicyLine line(Verdict.OfPolicy policy, long keptByProtection) {
    Account deleted = policy.deleted();
    return new PolicyLine(
        policy.name(),
        deleted.rows(),
        deleted.files(),
        deleted.bytes(),
        policy.marked(),
        keptByProtection);
  }

  private DemoReport judged() {
    boolean allHold = proofs().stream().allMatch(Proof::holds);
    return new DemoReport(
        allHold,
        seconds,
        planted,
        deleted,
        ledger,
        metrics,
        wronglyDeleted,
        leftBehind,
        policies,
        labels);
  }

  List<Proof> proofs() {
    return List.of(
        new Proof("deleted = planted: what went is what had to go", deleted.equals(planted)),
        new Proof("ledger = deleted: the workers' books are right", ledger.equals(deleted)),
        new Proof("metrics = ledger: the published numbers are right", metrics.equals(ledger)),
        new Proof("metrics = ledger = deleted by every label, too", labels.agree()),
        new Proof("nothing wrongly deleted", wronglyDeleted == 0),
        new Proof("nothing left behind", leftBehind == 0));
  }

  /** For scripts. */
  public void writeJson(Path file) throws IOException {
    JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Files.writeString(file, mapper.writeValueAsString(this) + "\n");
  }

  /** For people. */
  public void print(PrintStream out) {
    new ReportTable(out).print(this);
  }
}

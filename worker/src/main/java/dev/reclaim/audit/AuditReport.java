package dev.reclaim.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an audit found.
 *
 * @param equal whether nothing differs; what is on its way is no difference
 * @param policies by name
 * @param runs by policy and run; events of other services have none
 * @param differences how many there are; events and policies
 * @param first the earliest of them, by the time of the event
 * @param foreign outcomes of policies that neither the file nor a ledger knows, not compared
 * @param unreadable records of the outcomes topic that are no outcomes, not compared
 */
public record AuditReport(
    boolean equal,
    List<OfPolicy> policies,
    List<OfRun> runs,
    long differences,
    List<Difference> first,
    long foreign,
    long unreadable) {

  /**
   * The accounts of one policy.
   *
   * @param ledger with what was dropped from it, as the metrics were compared with it
   * @param entries what stood in the ledger when it was compared with the outcomes
   * @param outcomes each event once
   * @param metrics for all time
   * @param windows sum of all hours of the metrics
   * @param unsaid entries whose outcome is on its way to the topic
   * @param beyond entries whose outcome the topic has dropped with age
   * @param uncounted events that the metrics have not counted yet
   */
  public record OfPolicy(
      String policy,
      boolean equal,
      Amounts ledger,
      Amounts entries,
      Amounts outcomes,
      Amounts metrics,
      Amounts windows,
      long unsaid,
      long beyond,
      long uncounted) {}

  /** The accounts of one run; the metrics know no runs. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record OfRun(
      String policy,
      @Nullable String run,
      boolean equal,
      Amounts ledger,
      Amounts outcomes,
      long unsaid,
      long beyond) {}
}

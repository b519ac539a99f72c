package dev.reclaim.planner;

import dev.reclaim.events.EventIdentity;
import dev.reclaim.policy.Policy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The events of a run, follow-ups included, that are neither in a ledger nor among the dead letters
 * as far as we know. Only these are asked after, so that a look costs as much as the planner is
 * ahead of the workers, however large the run.
 */
final class Unsettled {
  private final RunLedger ledger;
  private final Policy policy;
  private final Set<EventIdentity> own;

  /** Follow-ups with the store that they are about. */
  private final Map<EventIdentity, String> followUps;

  private Unsettled(
      RunLedger ledger,
      Policy policy,
      Set<EventIdentity> own,
      Map<EventIdentity, String> followUps) {
    this.ledger = ledger;
    this.policy = policy;
    this.own = own;
    this.followUps = followUps;
  }

  /** What the run has published so far, by whomever. */
  static Unsettled of(RunLedger ledger, Policy policy, Run run) {
    return new Unsettled(
        ledger,
        policy,
        new HashSet<>(ledger.unsettled(policy, run)),
        new HashMap<>(ledger.followUps(policy, run)));
  }

  void published(List<Sent> events) {
    events.forEach(sent -> own.add(sent.event()));
  }

  /** Whether files of deleted rows are among them, as of the last look. */
  boolean hasFollowUps() {
    return !followUps.isEmpty();
  }

  /** As of the last look, with what was published since. */
  int size() {
    return own.size() + followUps.size();
  }

  /** Asks the ledgers what has ended since; returns what is left. */
  int look() {
    Set<EventIdentity> ended = ledger.ended(policy, own);
    followUps.putAll(ledger.followUps(policy, ended));
    own.removeAll(ended);
    followUps.keySet().removeAll(ledger.endedFollowUps(policy, followUps));
    return size();
  }
}

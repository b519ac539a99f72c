package dev.reclaim.events;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why an event can never be carried out: the stable names by which dead letters are counted and
 * chosen. A name is never given another meaning.
 */
public enum Refusal {
  /** The value is no such event: bytes, JSON or members that cannot be read, or nothing at all. */
  UNREADABLE("unreadable"),
  /** A mandatory header is missing or cannot be read. */
  INVALID_HEADER("invalid-header"),
  /** The event is of another type than its topic carries. */
  WRONG_TYPE("wrong-type"),
  /** More keys, files or bytes than one event may carry. */
  TOO_LARGE("too-large"),
  /** Planned before the ledger begins, which may have forgotten it. */
  TOO_OLD("too-old"),
  /** Planned later than tomorrow. */
  FROM_THE_FUTURE("from-the-future"),
  /** No policy has that name. */
  UNKNOWN_POLICY("unknown-policy"),
  /** The policy takes events of Reclaim's own planner only. */
  PRODUCERS_NOT_ALLOWED("producers-not-allowed"),
  /** It calls itself Reclaim's own and is not. */
  NOT_ENTITLED("not-entitled"),
  /** What it claims is none of the policy's business: another kind, store or prefix. */
  OUTSIDE_POLICY("outside-policy"),
  /** A key is no key of the policy's table. */
  WRONG_KEYS("wrong-keys"),
  /** Another value was carried out under the same identity. */
  ID_REUSED("id-reused"),
  /** The policy no longer fits its table. */
  POLICY_MISFIT("policy-misfit"),
  /** No event at all: it stands for records that were dropped before anybody had read them. */
  EXPIRED_UNREAD("expired-unread");

  private final String label;

  Refusal(String label) {
    this.label = label;
  }

  /** The name in headers, reports and filters. */
  public String label() {
    return label;
  }

  /** The refusal of that label. */
  public static Optional<Refusal> of(String label) {
    return Arrays.stream(values()).filter(refusal -> refusal.label.equals(label)).findFirst();
  }
}
